BEGIN TRANSACTION;
CREATE TABLE budgets (
	account VARCHAR NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "budgets" VALUES('default','{"limit":1000000,"remaining":999950,"reset_at":"2026-11-24T10:50:00.400513+00:00","blocked_until":null,"refusals":0,"clock_offset":102463.599487,"spent":[],"of":""}');
CREATE TABLE decisions (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (account, rule_id, event_id)
);
INSERT INTO "decisions" VALUES('default','never','default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','2026-11-24T09:15:00.000000Z','condition','if: lead.value > 1000000 — lead.value is 5000');
INSERT INTO "decisions" VALUES('default','lost','default/lead/3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd/2','2026-11-24T09:20:00.000000Z','trigger','the tags added are Dead, not Won');
INSERT INTO "decisions" VALUES('default','parks','default/lead/3d807c75-62d3-4542-a81b-757fef3ffdd5/2','2026-11-24T09:45:00.000000Z','trigger','the tags added are Won, not Dead');
CREATE TABLE events (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR NOT NULL, 
	account VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	types TEXT NOT NULL, 
	resource VARCHAR NOT NULL, 
	object_id VARCHAR NOT NULL, 
	project_id VARCHAR, 
	revision INTEGER NOT NULL, 
	changes TEXT NOT NULL, 
	"before" TEXT, 
	"after" TEXT, 
	cause VARCHAR NOT NULL, 
	cause_rule VARCHAR, 
	cause_run VARCHAR, 
	depth INTEGER NOT NULL, 
	seen_from VARCHAR, 
	seen_to VARCHAR NOT NULL, 
	UNIQUE (id)
);
INSERT INTO "events" VALUES(1,'default/lead/91b67e3e-a8d2-4295-8077-de7234ae3407/1','default','2026-11-24T09:10:00.000000Z','["lead.created"]','lead','91b67e3e-a8d2-4295-8077-de7234ae3407',NULL,1,'{}',NULL,'{"id":"91b67e3e-a8d2-4295-8077-de7234ae3407","name":"Mill","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":null,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.930Z","updated_at":"2026-11-25T14:17:42.930Z"}','external',NULL,NULL,0,'2026-11-24T09:05:00.000000Z','2026-11-24T09:10:00.000000Z');
INSERT INTO "events" VALUES(2,'default/task/f53a0f95-0078-4566-888c-792f0752f378/1','default','2026-11-24T09:10:00.000000Z','["task.created"]','task','f53a0f95-0078-4566-888c-792f0752f378','b98b3f5a-cb88-4216-b783-50a547ac20ac',1,'{}',NULL,'{"id":"f53a0f95-0078-4566-888c-792f0752f378","project_id":"b98b3f5a-cb88-4216-b783-50a547ac20ac","name":"Call Mill","description":"— pause · 2RSH35MHLUBSDXKO","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:17:43.137Z","updated_at":"2026-11-25T14:17:43.137Z"}','self','pause','run-cfibs3i2jt6dzbpe',1,'2026-11-24T09:10:00.000000Z','2026-11-24T09:10:00.000000Z');
INSERT INTO "events" VALUES(3,'default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','default','2026-11-24T09:15:00.000000Z','["lead.updated","lead.value_changed"]','lead','60cac176-b9ca-41dc-9f4b-af87b4736d39',NULL,2,'{"value":{"from":0,"to":5000}}','{"id":"60cac176-b9ca-41dc-9f4b-af87b4736d39","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":0,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.638Z","updated_at":"2026-11-25T14:17:42.638Z"}','{"id":"60cac176-b9ca-41dc-9f4b-af87b4736d39","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5000,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.638Z","updated_at":"2026-11-25T14:17:43.226Z"}','external',NULL,NULL,0,'2026-11-24T09:10:00.000000Z','2026-11-24T09:15:00.000000Z');
INSERT INTO "events" VALUES(4,'default/engine/run-luvu5jqhxbfvvwcv/engine.run_failed@2026-11-24T09:15:00+00:00','default','2026-11-24T09:15:00.000000Z','["engine.run_failed"]','engine','run-luvu5jqhxbfvvwcv',NULL,0,'{}',NULL,'{"message":"step 1 (create_task): no project is named ''Nowhere''; there is: Sales","run":"run-luvu5jqhxbfvvwcv","rule":"breaks","event":"default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2","subject":"run-luvu5jqhxbfvvwcv"}','self','breaks','run-luvu5jqhxbfvvwcv',1,'2026-11-24T09:15:00.000000Z','2026-11-24T09:15:00.000000Z');
INSERT INTO "events" VALUES(5,'default/lead/3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd/2','default','2026-11-24T09:20:00.000000Z','["lead.updated","lead.tagged"]','lead','3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd',NULL,2,'{"tags":{"from":[],"to":["Dead"]}}','{"id":"3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd","name":"Lead “2” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:42.639Z"}','{"id":"3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd","name":"Lead “2” & Söhne","status":"Chaser","tags":["Dead"],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:44.063Z"}','external',NULL,NULL,0,'2026-11-24T09:15:00.000000Z','2026-11-24T09:20:00.000000Z');
INSERT INTO "events" VALUES(6,'default/lead/3d807c75-62d3-4542-a81b-757fef3ffdd5/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.tagged"]','lead','3d807c75-62d3-4542-a81b-757fef3ffdd5',NULL,2,'{"tags":{"from":[],"to":["Won"]}}','{"id":"3d807c75-62d3-4542-a81b-757fef3ffdd5","name":"Lead “1” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.638Z","updated_at":"2026-11-25T14:17:42.638Z"}','{"id":"3d807c75-62d3-4542-a81b-757fef3ffdd5","name":"Lead “1” & Söhne","status":"Chaser","tags":["Won"],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.638Z","updated_at":"2026-11-25T14:17:45.417Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(7,'default/lead/2b5675d4-57e0-4328-b18a-ea5d3ab42e05/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.status_changed"]','lead','2b5675d4-57e0-4328-b18a-ea5d3ab42e05',NULL,2,'{"status":{"from":"Chaser","to":"Needs Closing"}}','{"id":"2b5675d4-57e0-4328-b18a-ea5d3ab42e05","name":"Lead “3” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:42.639Z"}','{"id":"2b5675d4-57e0-4328-b18a-ea5d3ab42e05","name":"Lead “3” & Söhne","status":"Needs Closing","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.410Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(8,'default/lead/f0b42c53-7f08-41d9-b601-d43e4e64490a/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','f0b42c53-7f08-41d9-b601-d43e4e64490a',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"f0b42c53-7f08-41d9-b601-d43e4e64490a","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:42.639Z"}','{"id":"f0b42c53-7f08-41d9-b601-d43e4e64490a","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.410Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(9,'default/lead/abf0a93f-d3bf-492a-918c-703e445fb356/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','abf0a93f-d3bf-492a-918c-703e445fb356',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"abf0a93f-d3bf-492a-918c-703e445fb356","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:42.639Z"}','{"id":"abf0a93f-d3bf-492a-918c-703e445fb356","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.411Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(10,'default/lead/6332ac9a-7023-4168-b2ae-1c17ddcd1e10/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','6332ac9a-7023-4168-b2ae-1c17ddcd1e10',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"6332ac9a-7023-4168-b2ae-1c17ddcd1e10","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:42.639Z"}','{"id":"6332ac9a-7023-4168-b2ae-1c17ddcd1e10","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.411Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(11,'default/lead/183c5cf8-cafa-4d9b-9afc-d0905343ff0b/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','183c5cf8-cafa-4d9b-9afc-d0905343ff0b',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"183c5cf8-cafa-4d9b-9afc-d0905343ff0b","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:42.642Z"}','{"id":"183c5cf8-cafa-4d9b-9afc-d0905343ff0b","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:45.411Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
CREATE TABLE facts (
	account VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" TEXT NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (account, kind, "key")
);
INSERT INTO "facts" VALUES('default','trigger','due/300ff824ac0ba84551749ab20f57a825','2026-11-24T09:05:00.000000Z');
INSERT INTO "facts" VALUES('default','listening','engine.run_failed','2026-11-24T09:05:00.000000Z');
INSERT INTO "facts" VALUES('default','crossed','big/a574db08d3259b518fff96172662750f/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39','2026-11-24T09:15:00.000000Z');
INSERT INTO "facts" VALUES('default','told','engine.run_failed/run-luvu5jqhxbfvvwcv','2026-11-24T09:15:00.000000Z');
CREATE TABLE feeds (
	account VARCHAR NOT NULL, 
	resource VARCHAR NOT NULL, 
	project_id VARCHAR NOT NULL, 
	baseline_at VARCHAR, 
	good_at VARCHAR, 
	body_hash VARCHAR NOT NULL, 
	known_fields TEXT NOT NULL, 
	settled BOOLEAN NOT NULL, 
	error TEXT NOT NULL, 
	error_at VARCHAR, 
	PRIMARY KEY (account, resource, project_id)
);
INSERT INTO "feeds" VALUES('default','project','','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','39411c506f366658ef00046221420bc2','["archived","created_at","description","id","name","project_type","retainer_hours","updated_at","url"]',1,'',NULL);
INSERT INTO "feeds" VALUES('default','lead','','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','c024fb5361a937c08adf8cbbf1f5890c','["company","created_at","email","id","name","notes","phone","rep","source","status","tags","updated_at","value"]',0,'',NULL);
INSERT INTO "feeds" VALUES('default','task','b98b3f5a-cb88-4216-b783-50a547ac20ac','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','27c4eb9b5c13584f97f17dfe7cb99a54','["assigned_to","created_at","description","due_date","id","name","priority","project_id","start_date","status","task_list","updated_at"]',1,'',NULL);
CREATE TABLE holds (
	id VARCHAR NOT NULL, 
	account VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	resource VARCHAR NOT NULL, 
	project_id VARCHAR, 
	object_ids TEXT NOT NULL, 
	approved BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "holds" VALUES('hold-13a14e7b1057','default','2026-11-24T09:50:02.400513Z','lead',NULL,'["abf0a93f-d3bf-492a-918c-703e445fb356","6332ac9a-7023-4168-b2ae-1c17ddcd1e10","183c5cf8-cafa-4d9b-9afc-d0905343ff0b","def4b76b-7dbd-41f7-852c-660cdde4f0dd","2ad9f556-28df-480a-a051-ab161505f56a","61789126-d351-4167-826d-c493bd407c8f","a63fbfb3-4a22-4f4a-8c59-6539bbb425c3"]',0);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('instance','fa48a1688247f77075d1207f22fe9321');
INSERT INTO "meta" VALUES('schema_version','1');
CREATE TABLE objects (
	account VARCHAR NOT NULL, 
	resource VARCHAR NOT NULL, 
	object_id VARCHAR NOT NULL, 
	project_id VARCHAR, 
	revision INTEGER NOT NULL, 
	data TEXT NOT NULL, 
	since TEXT NOT NULL, 
	presence VARCHAR NOT NULL, 
	missing_looks INTEGER NOT NULL, 
	fence TEXT, 
	fence_until VARCHAR, 
	PRIMARY KEY (account, resource, object_id)
);
INSERT INTO "objects" VALUES('default','project','b98b3f5a-cb88-4216-b783-50a547ac20ac',NULL,1,'{"id":"b98b3f5a-cb88-4216-b783-50a547ac20ac","name":"Sales","url":null,"description":null,"retainer_hours":null,"project_type":null,"archived":false,"created_at":"2026-11-25T14:17:42.631Z","updated_at":"2026-11-25T14:17:42.631Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","url":"2026-11-24T09:05:00+00:00","description":"2026-11-24T09:05:00+00:00","retainer_hours":"2026-11-24T09:05:00+00:00","project_type":"2026-11-24T09:05:00+00:00","archived":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','60cac176-b9ca-41dc-9f4b-af87b4736d39',NULL,2,'{"id":"60cac176-b9ca-41dc-9f4b-af87b4736d39","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5000,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.638Z","updated_at":"2026-11-25T14:17:43.226Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:15:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','3d807c75-62d3-4542-a81b-757fef3ffdd5',NULL,2,'{"id":"3d807c75-62d3-4542-a81b-757fef3ffdd5","name":"Lead “1” & Söhne","status":"Chaser","tags":["Won"],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.638Z","updated_at":"2026-11-25T14:17:45.417Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:45:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd',NULL,2,'{"id":"3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd","name":"Lead “2” & Söhne","status":"Chaser","tags":["Dead"],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:44.063Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:20:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','2b5675d4-57e0-4328-b18a-ea5d3ab42e05',NULL,2,'{"id":"2b5675d4-57e0-4328-b18a-ea5d3ab42e05","name":"Lead “3” & Söhne","status":"Needs Closing","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.410Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:45:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','f0b42c53-7f08-41d9-b601-d43e4e64490a',NULL,2,'{"id":"f0b42c53-7f08-41d9-b601-d43e4e64490a","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.410Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','abf0a93f-d3bf-492a-918c-703e445fb356',NULL,2,'{"id":"abf0a93f-d3bf-492a-918c-703e445fb356","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.411Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','6332ac9a-7023-4168-b2ae-1c17ddcd1e10',NULL,2,'{"id":"6332ac9a-7023-4168-b2ae-1c17ddcd1e10","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.639Z","updated_at":"2026-11-25T14:17:45.411Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','183c5cf8-cafa-4d9b-9afc-d0905343ff0b',NULL,2,'{"id":"183c5cf8-cafa-4d9b-9afc-d0905343ff0b","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:45.411Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','def4b76b-7dbd-41f7-852c-660cdde4f0dd',NULL,1,'{"id":"def4b76b-7dbd-41f7-852c-660cdde4f0dd","name":"Lead “8” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":8,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:42.642Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','2ad9f556-28df-480a-a051-ab161505f56a',NULL,1,'{"id":"2ad9f556-28df-480a-a051-ab161505f56a","name":"Lead “9” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":9,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:42.642Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','61789126-d351-4167-826d-c493bd407c8f',NULL,1,'{"id":"61789126-d351-4167-826d-c493bd407c8f","name":"Lead “10” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":10,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:42.642Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','a63fbfb3-4a22-4f4a-8c59-6539bbb425c3',NULL,1,'{"id":"a63fbfb3-4a22-4f4a-8c59-6539bbb425c3","name":"Lead “11” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":11,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.642Z","updated_at":"2026-11-25T14:17:42.642Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','task','10d15fc9-7a01-4172-bdbd-ab4b13501e95','b98b3f5a-cb88-4216-b783-50a547ac20ac',1,'{"id":"10d15fc9-7a01-4172-bdbd-ab4b13501e95","project_id":"b98b3f5a-cb88-4216-b783-50a547ac20ac","name":"Ship it","description":null,"status":"todo","priority":null,"assigned_to":[],"due_date":"2026-12-04T00:00:00.000Z","start_date":null,"task_list":null,"created_at":"2026-11-25T14:17:42.643Z","updated_at":"2026-11-25T14:17:42.643Z"}','{"id":"2026-11-24T09:05:00+00:00","project_id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","description":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","priority":"2026-11-24T09:05:00+00:00","assigned_to":"2026-11-24T09:05:00+00:00","due_date":"2026-11-24T09:05:00+00:00","start_date":"2026-11-24T09:05:00+00:00","task_list":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','91b67e3e-a8d2-4295-8077-de7234ae3407',NULL,1,'{"id":"91b67e3e-a8d2-4295-8077-de7234ae3407","name":"Mill","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":null,"source":null,"notes":null,"created_at":"2026-11-25T14:17:42.930Z","updated_at":"2026-11-25T14:17:42.930Z"}','{"id":"2026-11-24T09:10:00+00:00","name":"2026-11-24T09:10:00+00:00","status":"2026-11-24T09:10:00+00:00","tags":"2026-11-24T09:10:00+00:00","rep":"2026-11-24T09:10:00+00:00","company":"2026-11-24T09:10:00+00:00","email":"2026-11-24T09:10:00+00:00","phone":"2026-11-24T09:10:00+00:00","value":"2026-11-24T09:10:00+00:00","source":"2026-11-24T09:10:00+00:00","notes":"2026-11-24T09:10:00+00:00","created_at":"2026-11-24T09:10:00+00:00","updated_at":"2026-11-24T09:10:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','task','f53a0f95-0078-4566-888c-792f0752f378','b98b3f5a-cb88-4216-b783-50a547ac20ac',1,'{"id":"f53a0f95-0078-4566-888c-792f0752f378","project_id":"b98b3f5a-cb88-4216-b783-50a547ac20ac","name":"Call Mill","description":"— pause · 2RSH35MHLUBSDXKO","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:17:43.137Z","updated_at":"2026-11-25T14:17:43.137Z"}','{"id":"2026-11-24T09:10:00+00:00","project_id":"2026-11-24T09:10:00+00:00","name":"2026-11-24T09:10:00+00:00","description":"2026-11-24T09:10:00+00:00","status":"2026-11-24T09:10:00+00:00","priority":"2026-11-24T09:10:00+00:00","assigned_to":"2026-11-24T09:10:00+00:00","due_date":"2026-11-24T09:10:00+00:00","start_date":"2026-11-24T09:10:00+00:00","task_list":"2026-11-24T09:10:00+00:00","created_at":"2026-11-24T09:10:00+00:00","updated_at":"2026-11-24T09:10:00+00:00"}','present',0,NULL,NULL);
CREATE TABLE rule_documents (
	digest VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	document TEXT NOT NULL, 
	PRIMARY KEY (digest)
);
INSERT INTO "rule_documents" VALUES('bd9023a8b92daf94a8b3f3c33358fc89','pause','{"id":"pause","when":"lead.created","then":[{"create_task":{"project":"Sales","name":"Call {{ lead.name }}"},"as":"task"},{"delay":"3 days"},{"create_note":{"project":"Sales","notes":"Three days after {{ lead.name }}: {{ task.id }}"}}]}');
INSERT INTO "rule_documents" VALUES('c08d92c0a5f650cff3cb2e5836a87b3f','once','{"id":"once","when":"lead.value_changed","once_per":"{{ lead.id }}","cooldown":"30 days","vars":{"double":"{{ lead.value * 2 }}"},"then":[{"log":"{{ double }}"}]}');
INSERT INTO "rule_documents" VALUES('c3dea3e10f4e4cf1fa95c7b759682be3','breaks','{"id":"breaks","when":"lead.value_changed","then":[{"create_task":{"project":"Nowhere","name":"x"}}]}');
INSERT INTO "rule_documents" VALUES('dc82474fd815588d24d0262eeb0d98ab','shadow','{"id":"shadow","mode":"shadow","when":"lead.value_changed","then":[{"create_task":{"project":"Sales","name":"Shadow"}}]}');
INSERT INTO "rule_documents" VALUES('9ef466722c5bca571e3a2662f4ddd968','waits','{"id":"waits","when":"lead.value_changed","then":[{"wait_for":{"event":"lead.status_changed","timeout":"9 days"}},{"log":"came"}]}');
INSERT INTO "rule_documents" VALUES('1277dee52f31e8db780aa46729328f6d','big','{"id":"big","when":{"event":"lead.value_changed","crosses":1000},"then":[{"log":"big"}]}');
INSERT INTO "rule_documents" VALUES('5f72b0c5eba599509a58336f04da4332','alarm','{"id":"alarm","when":"engine.run_failed","then":[{"log":"failed"}]}');
INSERT INTO "rule_documents" VALUES('42ecb7c61ebcae247079b70ada1f4a2a','parks','{"id":"parks","when":{"event":"lead.tagged","tag":"Dead"},"then":[{"create_note":{"project":"Sales","notes":"Lost {{ lead.name }}"}}]}');
INSERT INTO "rule_documents" VALUES('e08dd541f2dd9eb90cfa6e4c0ce9ec09','lost','{"id":"lost","when":{"event":"lead.tagged","tag":"Won"},"then":[{"create_note":{"project":"Sales","notes":"Won {{ lead.name }}"}}]}');
INSERT INTO "rule_documents" VALUES('794c23f6a38581a015079c60f6f265f8','mass','{"id":"mass","when":"lead.rep_changed","then":[{"log":"renamed"}]}');
CREATE TABLE runs (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR NOT NULL, 
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	rule_digest VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	mode VARCHAR NOT NULL, 
	depth INTEGER NOT NULL, 
	created_at VARCHAR NOT NULL, 
	due_at VARCHAR, 
	vars TEXT, 
	timed TEXT, 
	error TEXT NOT NULL, 
	UNIQUE (id)
);
INSERT INTO "runs" VALUES(1,'run-cfibs3i2jt6dzbpe','default','pause','bd9023a8b92daf94a8b3f3c33358fc89','default/lead/91b67e3e-a8d2-4295-8077-de7234ae3407/1','waiting','live',0,'2026-11-24T09:10:00.000000Z','2026-11-27T09:10:00.000000Z','{}',NULL,'');
INSERT INTO "runs" VALUES(2,'run-ip4457gcyeodwnxl','default','once','c08d92c0a5f650cff3cb2e5836a87b3f','default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','done','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{"double":10000}',NULL,'');
INSERT INTO "runs" VALUES(3,'run-luvu5jqhxbfvvwcv','default','breaks','c3dea3e10f4e4cf1fa95c7b759682be3','default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','failed','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'step 1 (create_task): no project is named ''Nowhere''; there is: Sales');
INSERT INTO "runs" VALUES(4,'run-isq6b5my3ynvtsdg','default','shadow','dc82474fd815588d24d0262eeb0d98ab','default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','planned','shadow',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(5,'run-4hra6jiclqhnyous','default','waits','9ef466722c5bca571e3a2662f4ddd968','default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','waiting','live',0,'2026-11-24T09:15:00.000000Z','2026-12-03T09:15:00.000000Z','{}',NULL,'');
INSERT INTO "runs" VALUES(6,'run-frwj4ofakep7vz63','default','big','1277dee52f31e8db780aa46729328f6d','default/lead/60cac176-b9ca-41dc-9f4b-af87b4736d39/2','done','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(7,'run-hbg7ntzedvhbonyv','default','alarm','5f72b0c5eba599509a58336f04da4332','default/engine/run-luvu5jqhxbfvvwcv/engine.run_failed@2026-11-24T09:15:00+00:00','done','live',1,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(8,'run-ddhfqs5gxvutu3r7','default','parks','42ecb7c61ebcae247079b70ada1f4a2a','default/lead/3b3a0ccf-7dab-4a8e-bd34-66b797aaaacd/2','parked','live',0,'2026-11-24T09:20:00.000000Z',NULL,'{}',NULL,'step 1 (create_note): the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`');
INSERT INTO "runs" VALUES(9,'run-fziwwoxs4zqlqirx','default','lost','e08dd541f2dd9eb90cfa6e4c0ce9ec09','default/lead/3d807c75-62d3-4542-a81b-757fef3ffdd5/2','waiting','live',0,'2026-11-24T09:45:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(10,'run-j4iff5grful6cfe2','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/f0b42c53-7f08-41d9-b601-d43e4e64490a/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(11,'run-7ijmy52b57pmz7eo','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/abf0a93f-d3bf-492a-918c-703e445fb356/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(12,'run-mbrpy42p3e63qsrs','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/6332ac9a-7023-4168-b2ae-1c17ddcd1e10/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(13,'run-igo6j64uenhmntzp','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/183c5cf8-cafa-4d9b-9afc-d0905343ff0b/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
CREATE TABLE spent (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" TEXT NOT NULL, 
	at VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	PRIMARY KEY (account, rule_id, kind, "key")
);
INSERT INTO "spent" VALUES('default','once','once_per','60cac176-b9ca-41dc-9f4b-af87b4736d39','2026-11-24T09:15:00.000000Z','run-ip4457gcyeodwnxl');
INSERT INTO "spent" VALUES('default','once','cooldown','lead/60cac176-b9ca-41dc-9f4b-af87b4736d39','2026-11-24T09:15:00.000000Z','run-ip4457gcyeodwnxl');
CREATE TABLE steps (
	run_id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	n INTEGER NOT NULL, 
	action VARCHAR NOT NULL, 
	method VARCHAR, 
	path TEXT, 
	body TEXT, 
	status VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	response_status INTEGER, 
	result_id VARCHAR, 
	result TEXT, 
	error TEXT NOT NULL, 
	mark VARCHAR NOT NULL, 
	sent_at VARCHAR, 
	looks INTEGER NOT NULL, 
	known_ids TEXT NOT NULL, 
	"before" TEXT, 
	PRIMARY KEY (run_id, "key")
);
INSERT INTO "steps" VALUES('run-cfibs3i2jt6dzbpe','0',1,'create_task','POST','/projects/b98b3f5a-cb88-4216-b783-50a547ac20ac/tasks','{"name":"Call Mill","description":"— pause · 2RSH35MHLUBSDXKO"}','done',1,201,'f53a0f95-0078-4566-888c-792f0752f378','{"id":"f53a0f95-0078-4566-888c-792f0752f378","project_id":"b98b3f5a-cb88-4216-b783-50a547ac20ac","name":"Call Mill","description":"— pause · 2RSH35MHLUBSDXKO","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:17:43.137Z","updated_at":"2026-11-25T14:17:43.137Z"}','','2RSH35MHLUBSDXKO','2026-11-24T09:10:00.000000Z',0,'["10d15fc9-7a01-4172-bdbd-ab4b13501e95"]',NULL);
INSERT INTO "steps" VALUES('run-cfibs3i2jt6dzbpe','1',2,'delay',NULL,NULL,'{"for":"3 days","until":"2026-11-27T09:10:00.000000Z"}','waiting',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-ip4457gcyeodwnxl','0',1,'log',NULL,NULL,'{"text":"10000"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-luvu5jqhxbfvvwcv','0',1,'create_task',NULL,NULL,NULL,'failed',0,NULL,NULL,NULL,'no project is named ''Nowhere''; there is: Sales','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-isq6b5my3ynvtsdg','0',1,'create_task','POST','/projects/b98b3f5a-cb88-4216-b783-50a547ac20ac/tasks','{"name":"Shadow","description":"— shadow · BRTRK5CY6JJKP3B2"}','planned',0,NULL,NULL,'{"id":"<task.id>","project_id":"<task.project_id>","name":"Shadow","description":"— shadow · BRTRK5CY6JJKP3B2","status":"<task.status>","priority":"<task.priority>","assigned_to":"<task.assigned_to>","due_date":"<task.due_date>","start_date":"<task.start_date>","task_list":"<task.task_list>","created_at":"<task.created_at>","updated_at":"<task.updated_at>"}','','BRTRK5CY6JJKP3B2',NULL,0,'["10d15fc9-7a01-4172-bdbd-ab4b13501e95","f53a0f95-0078-4566-888c-792f0752f378"]',NULL);
INSERT INTO "steps" VALUES('run-4hra6jiclqhnyous','0',1,'wait_for',NULL,NULL,'{"event":["lead.status_changed"],"until":"2026-12-03T09:15:00.000000Z","after_event":3}','waiting',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-frwj4ofakep7vz63','0',1,'log',NULL,NULL,'{"text":"big"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-hbg7ntzedvhbonyv','0',1,'log',NULL,NULL,'{"text":"failed"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-ddhfqs5gxvutu3r7','0',1,'create_note','POST','/projects/b98b3f5a-cb88-4216-b783-50a547ac20ac/notes','{"notes":"Lost Lead “2” & Söhne\n\n— parks · FXZS2D4AFRRSLYHR"}','parked',1,NULL,NULL,NULL,'the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`','FXZS2D4AFRRSLYHR','2026-11-24T09:20:00.000000Z',1,'[]',NULL);
INSERT INTO "steps" VALUES('run-fziwwoxs4zqlqirx','0',1,'create_note','POST','/projects/b98b3f5a-cb88-4216-b783-50a547ac20ac/notes','{"notes":"Won Lead “1” & Söhne\n\n— lost · IZ2ZIWUJJKHVJH4R"}','unknown',1,NULL,NULL,NULL,'POST /projects/b98b3f5a-cb88-4216-b783-50a547ac20ac/notes: the connection ended, or what came was no HTTP (Server disconnected without sending a response.)','IZ2ZIWUJJKHVJH4R','2026-11-24T09:45:00.000000Z',0,'[]',NULL);
CREATE TABLE timers (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	"trigger" VARCHAR NOT NULL, 
	resource VARCHAR NOT NULL, 
	object_id VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	kind VARCHAR NOT NULL, 
	due_at VARCHAR NOT NULL, 
	armed_at VARCHAR NOT NULL, 
	spent BOOLEAN NOT NULL, 
	across_gap BOOLEAN NOT NULL, 
	PRIMARY KEY (account, rule_id, "trigger", resource, object_id, value)
);
INSERT INTO "timers" VALUES('default','daily','7d315a70d64068fbdc0eba2525da850b','schedule','daily','2026-11-25T09:00:00+00:00','schedule','2026-11-25T09:00:00.000000Z','2026-11-24T09:05:00.000000Z',0,0);
INSERT INTO "timers" VALUES('default','due','300ff824ac0ba84551749ab20f57a825','task','10d15fc9-7a01-4172-bdbd-ab4b13501e95','task.due@1 day@2026-12-04T00:00:00+00:00','clock','2026-12-03T00:00:00.000000Z','2026-11-24T09:05:00.000000Z',0,0);
INSERT INTO "timers" VALUES('default','stays','00e2bb554afe3c07eec146ae9effbc8a','lead','2b5675d4-57e0-4328-b18a-ea5d3ab42e05','default/lead/2b5675d4-57e0-4328-b18a-ea5d3ab42e05/2','hold','2026-11-28T09:45:00.000000Z','2026-11-24T09:45:00.000000Z',0,0);
CREATE INDEX objects_of_feed ON objects (account, resource, project_id);
CREATE INDEX events_of_object ON events (account, resource, object_id);
CREATE INDEX events_by_time ON events (account, at);
CREATE INDEX runs_by_rule ON runs (account, rule_id);
CREATE INDEX runs_by_status ON runs (account, status);
CREATE INDEX steps_by_status ON steps (status);
CREATE INDEX timers_of_object ON timers (account, resource, object_id);
CREATE INDEX timers_by_due ON timers (account, spent, due_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',11);
INSERT INTO "sqlite_sequence" VALUES('runs',13);
COMMIT;
