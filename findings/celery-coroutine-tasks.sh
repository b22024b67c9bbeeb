#!/usr/bin/env bash
# Celery 5.7.0: a task that is an `async def` is reported as a success although none of it has run: the state is SUCCESS,
# and the result is the coroutine. A sweep that is a coroutine has to be run inside a plain function.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check celery==5.7.0
cat >"$folder/expected" <<'END'
celery 5.7.0
state SUCCESS
result coroutine
ran False
END
cat >"$folder/run.py" <<'END'
import celery

app = celery.Celery("app", broker="memory://")
ran = False

@app.task
async def sweep():
    global ran
    ran = True

print("celery", celery.__version__)
done = sweep.apply()
print("state", done.state)
print("result", type(done.result).__name__)
print("ran", ran)
done.result.close()
END
"$folder/venv/bin/python" "$folder/run.py" | tee "$folder/seen"
diff "$folder/expected" "$folder/seen"
