BEGIN TRANSACTION;
PRAGMA application_id = 1414418481;
PRAGMA user_version = 0;
CREATE TABLE port_ins (key TEXT PRIMARY KEY, run INTEGER NOT NULL, sent_at TEXT NOT NULL, lost_at TEXT,
    numbers TEXT NOT NULL, answer TEXT);
INSERT INTO "port_ins" VALUES('eaac54212ccac0b122cee5d73e06f5f7415e994ddbf070dfb4ddbf37fb1f71f8',1,'2026-03-02T12:00:00+00:00',NULL,'+14155550100 +14155550101','{"port_in_request_sid":"KW11111111111111111111111111111111","url":null,"account_sid":null,"notification_emails":null,"target_port_in_date":null,"target_port_in_time_range_start":null,"target_port_in_time_range_end":null,"port_in_request_status":null,"order_cancellation_reason":null,"losing_carrier_information":null,"phone_numbers":null,"bundle_sid":null,"portability_advance_carrier":null,"auto_cancel_approval_numbers":null,"documents":null,"date_created":null,"support_ticket_id":null,"signature_request_url":null}');
INSERT INTO "port_ins" VALUES('036f91b74ba8675821f1967172bbab13b70038747ffba11fb41c85c6c6aedfce',1,'2026-03-02T12:00:00+00:00','2026-03-02T12:00:00+00:00','+14155550102 +14155550103',NULL);
CREATE TABLE runs (run INTEGER PRIMARY KEY, since TEXT NOT NULL, before TEXT NOT NULL);
INSERT INTO "runs" VALUES(1,'2025-05-03','KW00000000000000000000000000000000');
COMMIT;
