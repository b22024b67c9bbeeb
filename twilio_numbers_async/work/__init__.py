"""Parts of long work: something is planned, created once, settled and followed, for weeks, in several processes.

``porting``, ``compliance`` and ``hosting`` are made of these parts. Such a room has

1. a plan, which is pure: it says what goes in, what is left out and what is wrong. See ``plan``: ``Problem``,
   ``LeftOut``, ``candidates_of`` (distinct numbers of numbers, results and outcomes) and ``check_ready``.
2. a journal of what was begun and what is done. ``steps.StepJournal`` keeps a SID by the ``digest`` of what it is the
   SID of, and holds nothing personal; a subclass names itself by ``application_id`` and ``what``. What must keep more
   derives its tables from ``journal_file.JournalFile``. ``steps.path_of`` checks the argument ``journal``.
3. creation. ``once.Once(journal, within=settle_within, time=time).once(key, find=..., create=...)`` creates a thing
   once, whichever run does it: it writes the step before the request, and looks the thing up, instead of sending the
   request again, where the answer was lost. ``outcome.CreationOutcome`` says what became of a request of a plan.
4. following. ``follow.follow(look, is_over, options)`` looks again and again and sits out what may pass;
   ``follow.state_of`` reads the dict from which a watch resumes.

A room knows the calls that it needs by a Protocol. The resource that has them hands itself in, with a ``time.Time`` of
the client's ``Runtime``, so that tests neither wait nor patch.
"""
