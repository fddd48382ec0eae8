BEGIN TRANSACTION;
CREATE TABLE budgets (
	account VARCHAR NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "budgets" VALUES('default','{"limit":1000000,"remaining":999950,"reset_at":"2026-11-24T10:50:00.400513+00:00","blocked_until":null,"refusals":0,"clock_offset":102629.599487,"spent":[],"of":""}');
CREATE TABLE claims (
	account VARCHAR NOT NULL, 
	fence BIGINT NOT NULL, 
	holder TEXT NOT NULL, 
	until VARCHAR NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "claims" VALUES('default',1,'somewhere (pid 7)','2026-11-25T14:20:32.879000Z');
CREATE TABLE decisions (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (account, rule_id, event_id)
);
INSERT INTO "decisions" VALUES('default','never','default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','2026-11-24T09:15:00.000000Z','condition','if: lead.value > 1000000 — lead.value is 5000');
INSERT INTO "decisions" VALUES('default','lost','default/lead/60e14619-33c8-4573-bd1e-3b8dbda79dfb/2','2026-11-24T09:20:00.000000Z','trigger','the tags added are Dead, not Won');
INSERT INTO "decisions" VALUES('default','parks','default/lead/5cba74fd-5738-4aac-a247-d31b099f7f27/2','2026-11-24T09:45:00.000000Z','trigger','the tags added are Won, not Dead');
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
INSERT INTO "events" VALUES(1,'default/lead/7b244a1d-250c-4483-83ec-8865cf8e4d74/1','default','2026-11-24T09:10:00.000000Z','["lead.created"]','lead','7b244a1d-250c-4483-83ec-8865cf8e4d74',NULL,1,'{}',NULL,'{"id":"7b244a1d-250c-4483-83ec-8865cf8e4d74","name":"Mill","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":null,"source":null,"notes":null,"created_at":"2026-11-25T14:20:29.272Z","updated_at":"2026-11-25T14:20:29.272Z"}','external',NULL,NULL,0,'2026-11-24T09:05:00.000000Z','2026-11-24T09:10:00.000000Z');
INSERT INTO "events" VALUES(2,'default/task/2161abff-fe3c-4210-a9e2-3aaa972073e4/1','default','2026-11-24T09:10:00.000000Z','["task.created"]','task','2161abff-fe3c-4210-a9e2-3aaa972073e4','37bb9a82-3e2b-415b-bf90-f2da8b378f3d',1,'{}',NULL,'{"id":"2161abff-fe3c-4210-a9e2-3aaa972073e4","project_id":"37bb9a82-3e2b-415b-bf90-f2da8b378f3d","name":"Call Mill","description":"— pause · AVUPPZTPKY6XZTST","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:20:29.609Z","updated_at":"2026-11-25T14:20:29.609Z"}','self','pause','run-fimv3berb2k5ltab',1,'2026-11-24T09:10:00.000000Z','2026-11-24T09:10:00.000000Z');
INSERT INTO "events" VALUES(3,'default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','default','2026-11-24T09:15:00.000000Z','["lead.updated","lead.value_changed"]','lead','18eae6df-fb3f-4910-988c-ef1cdf4a9c6a',NULL,2,'{"value":{"from":0,"to":5000}}','{"id":"18eae6df-fb3f-4910-988c-ef1cdf4a9c6a","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":0,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.673Z","updated_at":"2026-11-25T14:20:28.673Z"}','{"id":"18eae6df-fb3f-4910-988c-ef1cdf4a9c6a","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5000,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.673Z","updated_at":"2026-11-25T14:20:29.755Z"}','external',NULL,NULL,0,'2026-11-24T09:10:00.000000Z','2026-11-24T09:15:00.000000Z');
INSERT INTO "events" VALUES(4,'default/engine/run-72ufwa2sbptxgpjc/engine.run_failed@2026-11-24T09:15:00+00:00','default','2026-11-24T09:15:00.000000Z','["engine.run_failed"]','engine','run-72ufwa2sbptxgpjc',NULL,0,'{}',NULL,'{"message":"step 1 (create_task): no project is named ''Nowhere''; there is: Sales","run":"run-72ufwa2sbptxgpjc","rule":"breaks","event":"default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2","subject":"run-72ufwa2sbptxgpjc"}','self','breaks','run-72ufwa2sbptxgpjc',1,'2026-11-24T09:15:00.000000Z','2026-11-24T09:15:00.000000Z');
INSERT INTO "events" VALUES(5,'default/lead/60e14619-33c8-4573-bd1e-3b8dbda79dfb/2','default','2026-11-24T09:20:00.000000Z','["lead.updated","lead.tagged"]','lead','60e14619-33c8-4573-bd1e-3b8dbda79dfb',NULL,2,'{"tags":{"from":[],"to":["Dead"]}}','{"id":"60e14619-33c8-4573-bd1e-3b8dbda79dfb","name":"Lead “2” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:28.674Z"}','{"id":"60e14619-33c8-4573-bd1e-3b8dbda79dfb","name":"Lead “2” & Söhne","status":"Chaser","tags":["Dead"],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:30.512Z"}','external',NULL,NULL,0,'2026-11-24T09:15:00.000000Z','2026-11-24T09:20:00.000000Z');
INSERT INTO "events" VALUES(6,'default/lead/5cba74fd-5738-4aac-a247-d31b099f7f27/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.tagged"]','lead','5cba74fd-5738-4aac-a247-d31b099f7f27',NULL,2,'{"tags":{"from":[],"to":["Won"]}}','{"id":"5cba74fd-5738-4aac-a247-d31b099f7f27","name":"Lead “1” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.673Z","updated_at":"2026-11-25T14:20:28.673Z"}','{"id":"5cba74fd-5738-4aac-a247-d31b099f7f27","name":"Lead “1” & Söhne","status":"Chaser","tags":["Won"],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.673Z","updated_at":"2026-11-25T14:20:31.975Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(7,'default/lead/23de916e-966b-4cc6-9bc0-8051c5d29f47/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.status_changed"]','lead','23de916e-966b-4cc6-9bc0-8051c5d29f47',NULL,2,'{"status":{"from":"Chaser","to":"Needs Closing"}}','{"id":"23de916e-966b-4cc6-9bc0-8051c5d29f47","name":"Lead “3” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:28.674Z"}','{"id":"23de916e-966b-4cc6-9bc0-8051c5d29f47","name":"Lead “3” & Söhne","status":"Needs Closing","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:31.973Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(8,'default/lead/897ae276-6708-4b84-85e6-f3a81d71aa43/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','897ae276-6708-4b84-85e6-f3a81d71aa43',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"897ae276-6708-4b84-85e6-f3a81d71aa43","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:28.674Z"}','{"id":"897ae276-6708-4b84-85e6-f3a81d71aa43","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:31.973Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(9,'default/lead/bac5c124-5eee-432b-ad99-0c5efb6d6105/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','bac5c124-5eee-432b-ad99-0c5efb6d6105',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"bac5c124-5eee-432b-ad99-0c5efb6d6105","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.675Z","updated_at":"2026-11-25T14:20:28.675Z"}','{"id":"bac5c124-5eee-432b-ad99-0c5efb6d6105","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.675Z","updated_at":"2026-11-25T14:20:31.974Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(10,'default/lead/722ab5db-092a-48ef-98ee-b66d4ea87eed/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','722ab5db-092a-48ef-98ee-b66d4ea87eed',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"722ab5db-092a-48ef-98ee-b66d4ea87eed","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.675Z","updated_at":"2026-11-25T14:20:28.675Z"}','{"id":"722ab5db-092a-48ef-98ee-b66d4ea87eed","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.675Z","updated_at":"2026-11-25T14:20:31.974Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(11,'default/lead/dd2c7e1e-6127-48ed-be9f-0915728f7af9/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','dd2c7e1e-6127-48ed-be9f-0915728f7af9',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"dd2c7e1e-6127-48ed-be9f-0915728f7af9","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.684Z","updated_at":"2026-11-25T14:20:28.684Z"}','{"id":"dd2c7e1e-6127-48ed-be9f-0915728f7af9","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.684Z","updated_at":"2026-11-25T14:20:31.974Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
CREATE TABLE facts (
	account VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" TEXT NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (account, kind, "key")
);
INSERT INTO "facts" VALUES('default','trigger','due/300ff824ac0ba84551749ab20f57a825','2026-11-24T09:05:00.000000Z');
INSERT INTO "facts" VALUES('default','listening','engine.run_failed','2026-11-24T09:05:00.000000Z');
INSERT INTO "facts" VALUES('default','crossed','big/a574db08d3259b518fff96172662750f/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a','2026-11-24T09:15:00.000000Z');
INSERT INTO "facts" VALUES('default','told','engine.run_failed/run-72ufwa2sbptxgpjc','2026-11-24T09:15:00.000000Z');
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
INSERT INTO "feeds" VALUES('default','project','','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','36854af48f2f9dcb05a372719086925b','["archived","created_at","description","id","name","project_type","retainer_hours","updated_at","url"]',1,'',NULL);
INSERT INTO "feeds" VALUES('default','lead','','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','45a7b3cf0e96a8cde37356ffbae6c6b9','["company","created_at","email","id","name","notes","phone","rep","source","status","tags","updated_at","value"]',0,'',NULL);
INSERT INTO "feeds" VALUES('default','task','37bb9a82-3e2b-415b-bf90-f2da8b378f3d','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','2af05638371ecca4fe1c0e09453d1190','["assigned_to","created_at","description","due_date","id","name","priority","project_id","start_date","status","task_list","updated_at"]',1,'',NULL);
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
INSERT INTO "holds" VALUES('hold-13a14e7b1057','default','2026-11-24T09:50:02.400513Z','lead',NULL,'["bac5c124-5eee-432b-ad99-0c5efb6d6105","722ab5db-092a-48ef-98ee-b66d4ea87eed","dd2c7e1e-6127-48ed-be9f-0915728f7af9","ed8bcc04-475d-4b44-ac94-f59d7c2c00a6","b9cdae74-0924-4b7a-9a9a-994c5bbabd44","809c2c71-8105-4e05-823f-94a167d17659","01ef8f03-2e7f-4901-a445-d2a894ae77d7"]',0);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('instance','b78070dc7cad5fdfda7424fd5e045cfc');
INSERT INTO "meta" VALUES('schema_version','3');
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
INSERT INTO "objects" VALUES('default','project','37bb9a82-3e2b-415b-bf90-f2da8b378f3d',NULL,1,'{"id":"37bb9a82-3e2b-415b-bf90-f2da8b378f3d","name":"Sales","url":null,"description":null,"retainer_hours":null,"project_type":null,"archived":false,"created_at":"2026-11-25T14:20:28.672Z","updated_at":"2026-11-25T14:20:28.672Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","url":"2026-11-24T09:05:00+00:00","description":"2026-11-24T09:05:00+00:00","retainer_hours":"2026-11-24T09:05:00+00:00","project_type":"2026-11-24T09:05:00+00:00","archived":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','18eae6df-fb3f-4910-988c-ef1cdf4a9c6a',NULL,2,'{"id":"18eae6df-fb3f-4910-988c-ef1cdf4a9c6a","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5000,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.673Z","updated_at":"2026-11-25T14:20:29.755Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:15:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','5cba74fd-5738-4aac-a247-d31b099f7f27',NULL,2,'{"id":"5cba74fd-5738-4aac-a247-d31b099f7f27","name":"Lead “1” & Söhne","status":"Chaser","tags":["Won"],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.673Z","updated_at":"2026-11-25T14:20:31.975Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:45:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','60e14619-33c8-4573-bd1e-3b8dbda79dfb',NULL,2,'{"id":"60e14619-33c8-4573-bd1e-3b8dbda79dfb","name":"Lead “2” & Söhne","status":"Chaser","tags":["Dead"],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:30.512Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:20:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','23de916e-966b-4cc6-9bc0-8051c5d29f47',NULL,2,'{"id":"23de916e-966b-4cc6-9bc0-8051c5d29f47","name":"Lead “3” & Söhne","status":"Needs Closing","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:31.973Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:45:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','897ae276-6708-4b84-85e6-f3a81d71aa43',NULL,2,'{"id":"897ae276-6708-4b84-85e6-f3a81d71aa43","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.674Z","updated_at":"2026-11-25T14:20:31.973Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','bac5c124-5eee-432b-ad99-0c5efb6d6105',NULL,2,'{"id":"bac5c124-5eee-432b-ad99-0c5efb6d6105","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.675Z","updated_at":"2026-11-25T14:20:31.974Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','722ab5db-092a-48ef-98ee-b66d4ea87eed',NULL,2,'{"id":"722ab5db-092a-48ef-98ee-b66d4ea87eed","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.675Z","updated_at":"2026-11-25T14:20:31.974Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','dd2c7e1e-6127-48ed-be9f-0915728f7af9',NULL,2,'{"id":"dd2c7e1e-6127-48ed-be9f-0915728f7af9","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.684Z","updated_at":"2026-11-25T14:20:31.974Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','ed8bcc04-475d-4b44-ac94-f59d7c2c00a6',NULL,1,'{"id":"ed8bcc04-475d-4b44-ac94-f59d7c2c00a6","name":"Lead “8” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":8,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.684Z","updated_at":"2026-11-25T14:20:28.684Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','b9cdae74-0924-4b7a-9a9a-994c5bbabd44',NULL,1,'{"id":"b9cdae74-0924-4b7a-9a9a-994c5bbabd44","name":"Lead “9” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":9,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.688Z","updated_at":"2026-11-25T14:20:28.688Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','809c2c71-8105-4e05-823f-94a167d17659',NULL,1,'{"id":"809c2c71-8105-4e05-823f-94a167d17659","name":"Lead “10” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":10,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.688Z","updated_at":"2026-11-25T14:20:28.688Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','01ef8f03-2e7f-4901-a445-d2a894ae77d7',NULL,1,'{"id":"01ef8f03-2e7f-4901-a445-d2a894ae77d7","name":"Lead “11” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":11,"source":null,"notes":null,"created_at":"2026-11-25T14:20:28.688Z","updated_at":"2026-11-25T14:20:28.688Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','task','222cbf45-55c4-476a-b1ad-c19f074744b9','37bb9a82-3e2b-415b-bf90-f2da8b378f3d',1,'{"id":"222cbf45-55c4-476a-b1ad-c19f074744b9","project_id":"37bb9a82-3e2b-415b-bf90-f2da8b378f3d","name":"Ship it","description":null,"status":"todo","priority":null,"assigned_to":[],"due_date":"2026-12-04T00:00:00.000Z","start_date":null,"task_list":null,"created_at":"2026-11-25T14:20:28.689Z","updated_at":"2026-11-25T14:20:28.689Z"}','{"id":"2026-11-24T09:05:00+00:00","project_id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","description":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","priority":"2026-11-24T09:05:00+00:00","assigned_to":"2026-11-24T09:05:00+00:00","due_date":"2026-11-24T09:05:00+00:00","start_date":"2026-11-24T09:05:00+00:00","task_list":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','7b244a1d-250c-4483-83ec-8865cf8e4d74',NULL,1,'{"id":"7b244a1d-250c-4483-83ec-8865cf8e4d74","name":"Mill","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":null,"source":null,"notes":null,"created_at":"2026-11-25T14:20:29.272Z","updated_at":"2026-11-25T14:20:29.272Z"}','{"id":"2026-11-24T09:10:00+00:00","name":"2026-11-24T09:10:00+00:00","status":"2026-11-24T09:10:00+00:00","tags":"2026-11-24T09:10:00+00:00","rep":"2026-11-24T09:10:00+00:00","company":"2026-11-24T09:10:00+00:00","email":"2026-11-24T09:10:00+00:00","phone":"2026-11-24T09:10:00+00:00","value":"2026-11-24T09:10:00+00:00","source":"2026-11-24T09:10:00+00:00","notes":"2026-11-24T09:10:00+00:00","created_at":"2026-11-24T09:10:00+00:00","updated_at":"2026-11-24T09:10:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','task','2161abff-fe3c-4210-a9e2-3aaa972073e4','37bb9a82-3e2b-415b-bf90-f2da8b378f3d',1,'{"id":"2161abff-fe3c-4210-a9e2-3aaa972073e4","project_id":"37bb9a82-3e2b-415b-bf90-f2da8b378f3d","name":"Call Mill","description":"— pause · AVUPPZTPKY6XZTST","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:20:29.609Z","updated_at":"2026-11-25T14:20:29.609Z"}','{"id":"2026-11-24T09:10:00+00:00","project_id":"2026-11-24T09:10:00+00:00","name":"2026-11-24T09:10:00+00:00","description":"2026-11-24T09:10:00+00:00","status":"2026-11-24T09:10:00+00:00","priority":"2026-11-24T09:10:00+00:00","assigned_to":"2026-11-24T09:10:00+00:00","due_date":"2026-11-24T09:10:00+00:00","start_date":"2026-11-24T09:10:00+00:00","task_list":"2026-11-24T09:10:00+00:00","created_at":"2026-11-24T09:10:00+00:00","updated_at":"2026-11-24T09:10:00+00:00"}','present',0,NULL,NULL);
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
INSERT INTO "runs" VALUES(1,'run-fimv3berb2k5ltab','default','pause','bd9023a8b92daf94a8b3f3c33358fc89','default/lead/7b244a1d-250c-4483-83ec-8865cf8e4d74/1','waiting','live',0,'2026-11-24T09:10:00.000000Z','2026-11-27T09:10:00.000000Z','{}',NULL,'');
INSERT INTO "runs" VALUES(2,'run-y2c6vwima764c7qr','default','once','c08d92c0a5f650cff3cb2e5836a87b3f','default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','done','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{"double":10000}',NULL,'');
INSERT INTO "runs" VALUES(3,'run-72ufwa2sbptxgpjc','default','breaks','c3dea3e10f4e4cf1fa95c7b759682be3','default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','failed','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'step 1 (create_task): no project is named ''Nowhere''; there is: Sales');
INSERT INTO "runs" VALUES(4,'run-66fqrzi3yxzcgy7v','default','shadow','dc82474fd815588d24d0262eeb0d98ab','default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','planned','shadow',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(5,'run-pavyjywief7qaet3','default','waits','9ef466722c5bca571e3a2662f4ddd968','default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','waiting','live',0,'2026-11-24T09:15:00.000000Z','2026-12-03T09:15:00.000000Z','{}',NULL,'');
INSERT INTO "runs" VALUES(6,'run-wxi2xeb5afdte5rf','default','big','1277dee52f31e8db780aa46729328f6d','default/lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a/2','done','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(7,'run-irivkyer6wi6edgw','default','alarm','5f72b0c5eba599509a58336f04da4332','default/engine/run-72ufwa2sbptxgpjc/engine.run_failed@2026-11-24T09:15:00+00:00','done','live',1,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(8,'run-st2won3uev26gttb','default','parks','42ecb7c61ebcae247079b70ada1f4a2a','default/lead/60e14619-33c8-4573-bd1e-3b8dbda79dfb/2','parked','live',0,'2026-11-24T09:20:00.000000Z',NULL,'{}',NULL,'step 1 (create_note): the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`');
INSERT INTO "runs" VALUES(9,'run-3k45ejhbe3qy2fej','default','lost','e08dd541f2dd9eb90cfa6e4c0ce9ec09','default/lead/5cba74fd-5738-4aac-a247-d31b099f7f27/2','waiting','live',0,'2026-11-24T09:45:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(10,'run-v6hpd35ipw4dylk2','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/897ae276-6708-4b84-85e6-f3a81d71aa43/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(11,'run-idazjqmlh3nrbz4x','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/bac5c124-5eee-432b-ad99-0c5efb6d6105/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(12,'run-vhqtt5tjftvifq4p','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/722ab5db-092a-48ef-98ee-b66d4ea87eed/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(13,'run-l4p2cyhlmhobvqdu','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/dd2c7e1e-6127-48ed-be9f-0915728f7af9/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
CREATE TABLE spent (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" TEXT NOT NULL, 
	at VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	PRIMARY KEY (account, rule_id, kind, "key")
);
INSERT INTO "spent" VALUES('default','once','once_per','18eae6df-fb3f-4910-988c-ef1cdf4a9c6a','2026-11-24T09:15:00.000000Z','run-y2c6vwima764c7qr');
INSERT INTO "spent" VALUES('default','once','cooldown','lead/18eae6df-fb3f-4910-988c-ef1cdf4a9c6a','2026-11-24T09:15:00.000000Z','run-y2c6vwima764c7qr');
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
INSERT INTO "steps" VALUES('run-fimv3berb2k5ltab','0',1,'create_task','POST','/projects/37bb9a82-3e2b-415b-bf90-f2da8b378f3d/tasks','{"name":"Call Mill","description":"— pause · AVUPPZTPKY6XZTST"}','done',1,201,'2161abff-fe3c-4210-a9e2-3aaa972073e4','{"id":"2161abff-fe3c-4210-a9e2-3aaa972073e4","project_id":"37bb9a82-3e2b-415b-bf90-f2da8b378f3d","name":"Call Mill","description":"— pause · AVUPPZTPKY6XZTST","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:20:29.609Z","updated_at":"2026-11-25T14:20:29.609Z"}','','AVUPPZTPKY6XZTST','2026-11-24T09:10:00.000000Z',0,'["222cbf45-55c4-476a-b1ad-c19f074744b9"]',NULL);
INSERT INTO "steps" VALUES('run-fimv3berb2k5ltab','1',2,'delay',NULL,NULL,'{"for":"3 days","until":"2026-11-27T09:10:00.000000Z"}','waiting',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-y2c6vwima764c7qr','0',1,'log',NULL,NULL,'{"text":"10000"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-72ufwa2sbptxgpjc','0',1,'create_task',NULL,NULL,NULL,'failed',0,NULL,NULL,NULL,'no project is named ''Nowhere''; there is: Sales','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-66fqrzi3yxzcgy7v','0',1,'create_task','POST','/projects/37bb9a82-3e2b-415b-bf90-f2da8b378f3d/tasks','{"name":"Shadow","description":"— shadow · 6HXK44RSEBB6KGMY"}','planned',0,NULL,NULL,'{"id":"<task.id>","project_id":"<task.project_id>","name":"Shadow","description":"— shadow · 6HXK44RSEBB6KGMY","status":"<task.status>","priority":"<task.priority>","assigned_to":"<task.assigned_to>","due_date":"<task.due_date>","start_date":"<task.start_date>","task_list":"<task.task_list>","created_at":"<task.created_at>","updated_at":"<task.updated_at>"}','','6HXK44RSEBB6KGMY',NULL,0,'["222cbf45-55c4-476a-b1ad-c19f074744b9","2161abff-fe3c-4210-a9e2-3aaa972073e4"]',NULL);
INSERT INTO "steps" VALUES('run-pavyjywief7qaet3','0',1,'wait_for',NULL,NULL,'{"event":["lead.status_changed"],"until":"2026-12-03T09:15:00.000000Z","after_event":3}','waiting',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-wxi2xeb5afdte5rf','0',1,'log',NULL,NULL,'{"text":"big"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-irivkyer6wi6edgw','0',1,'log',NULL,NULL,'{"text":"failed"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-st2won3uev26gttb','0',1,'create_note','POST','/projects/37bb9a82-3e2b-415b-bf90-f2da8b378f3d/notes','{"notes":"Lost Lead “2” & Söhne\n\n— parks · LUDK3OAKKLUEGXDX"}','parked',1,NULL,NULL,NULL,'the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`','LUDK3OAKKLUEGXDX','2026-11-24T09:20:00.000000Z',1,'[]',NULL);
INSERT INTO "steps" VALUES('run-3k45ejhbe3qy2fej','0',1,'create_note','POST','/projects/37bb9a82-3e2b-415b-bf90-f2da8b378f3d/notes','{"notes":"Won Lead “1” & Söhne\n\n— lost · INZWI66XP4NQLRWD"}','unknown',1,NULL,NULL,NULL,'POST /projects/37bb9a82-3e2b-415b-bf90-f2da8b378f3d/notes: the connection ended, or what came was no HTTP (Server disconnected without sending a response.)','INZWI66XP4NQLRWD','2026-11-24T09:45:00.000000Z',0,'[]',NULL);
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
INSERT INTO "timers" VALUES('default','due','300ff824ac0ba84551749ab20f57a825','task','222cbf45-55c4-476a-b1ad-c19f074744b9','task.due@1 day@2026-12-04T00:00:00+00:00','clock','2026-12-03T00:00:00.000000Z','2026-11-24T09:05:00.000000Z',0,0);
INSERT INTO "timers" VALUES('default','stays','00e2bb554afe3c07eec146ae9effbc8a','lead','23de916e-966b-4cc6-9bc0-8051c5d29f47','default/lead/23de916e-966b-4cc6-9bc0-8051c5d29f47/2','hold','2026-11-28T09:45:00.000000Z','2026-11-24T09:45:00.000000Z',0,0);
CREATE INDEX objects_of_feed ON objects (account, resource, project_id);
CREATE INDEX events_by_time ON events (account, at);
CREATE INDEX events_of_object ON events (account, resource, object_id);
CREATE INDEX runs_by_event ON runs (event_id);
CREATE INDEX runs_by_status ON runs (account, status, seq);
CREATE INDEX runs_by_rule ON runs (account, rule_id);
CREATE INDEX steps_by_status ON steps (status);
CREATE INDEX timers_of_object ON timers (account, resource, object_id);
CREATE INDEX timers_by_due ON timers (account, spent, due_at);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',11);
INSERT INTO "sqlite_sequence" VALUES('runs',13);
COMMIT;
