BEGIN TRANSACTION;
CREATE TABLE budgets (
	account VARCHAR NOT NULL, 
	state TEXT NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "budgets" VALUES('default','{"limit":1000000,"remaining":999950,"reset_at":"2026-11-24T10:50:01.400513+00:00","blocked_until":null,"refusals":0,"clock_offset":102556.599487,"spent":[],"of":""}');
CREATE TABLE claims (
	account VARCHAR NOT NULL, 
	fence BIGINT NOT NULL, 
	holder TEXT NOT NULL, 
	until VARCHAR NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "claims" VALUES('default',1,'somewhere (pid 7)','2026-11-25T14:19:19.408000Z');
CREATE TABLE decisions (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	event_id VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (account, rule_id, event_id)
);
INSERT INTO "decisions" VALUES('default','never','default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','2026-11-24T09:15:00.000000Z','condition','if: lead.value > 1000000 — lead.value is 5000');
INSERT INTO "decisions" VALUES('default','lost','default/lead/10455313-1984-419d-a8ba-f21465b0488c/2','2026-11-24T09:20:00.000000Z','trigger','the tags added are Dead, not Won');
INSERT INTO "decisions" VALUES('default','parks','default/lead/e663917a-f839-422c-aadd-2d8411945f56/2','2026-11-24T09:45:00.000000Z','trigger','the tags added are Won, not Dead');
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
INSERT INTO "events" VALUES(1,'default/lead/a9f5eb36-b36f-401a-858a-5fbce8018c0e/1','default','2026-11-24T09:10:00.000000Z','["lead.created"]','lead','a9f5eb36-b36f-401a-858a-5fbce8018c0e',NULL,1,'{}',NULL,'{"id":"a9f5eb36-b36f-401a-858a-5fbce8018c0e","name":"Mill","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":null,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.811Z","updated_at":"2026-11-25T14:19:16.811Z"}','external',NULL,NULL,0,'2026-11-24T09:05:00.000000Z','2026-11-24T09:10:00.000000Z');
INSERT INTO "events" VALUES(2,'default/task/8e76ea55-fcfe-48e3-902f-d1f742cc3a12/1','default','2026-11-24T09:10:00.000000Z','["task.created"]','task','8e76ea55-fcfe-48e3-902f-d1f742cc3a12','213b780f-baec-4676-9eb9-895ef26b0d6b',1,'{}',NULL,'{"id":"8e76ea55-fcfe-48e3-902f-d1f742cc3a12","project_id":"213b780f-baec-4676-9eb9-895ef26b0d6b","name":"Call Mill","description":"— pause · LJI6ZEZVUVARJDMH","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:19:17.013Z","updated_at":"2026-11-25T14:19:17.013Z"}','self','pause','run-6mrtx2nf7cy53rgf',1,'2026-11-24T09:10:00.000000Z','2026-11-24T09:10:00.000000Z');
INSERT INTO "events" VALUES(3,'default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','default','2026-11-24T09:15:00.000000Z','["lead.updated","lead.value_changed"]','lead','1a1cb253-6f7e-4c7f-a8a6-bc44769a5014',NULL,2,'{"value":{"from":0,"to":5000}}','{"id":"1a1cb253-6f7e-4c7f-a8a6-bc44769a5014","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":0,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:16.432Z"}','{"id":"1a1cb253-6f7e-4c7f-a8a6-bc44769a5014","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5000,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:17.147Z"}','external',NULL,NULL,0,'2026-11-24T09:10:00.000000Z','2026-11-24T09:15:00.000000Z');
INSERT INTO "events" VALUES(4,'default/engine/run-5wor6eciac5waoeb/engine.run_failed@2026-11-24T09:15:00+00:00','default','2026-11-24T09:15:00.000000Z','["engine.run_failed"]','engine','run-5wor6eciac5waoeb',NULL,0,'{}',NULL,'{"message":"step 1 (create_task): no project is named ''Nowhere''; there is: Sales","run":"run-5wor6eciac5waoeb","rule":"breaks","event":"default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2","subject":"run-5wor6eciac5waoeb"}','self','breaks','run-5wor6eciac5waoeb',1,'2026-11-24T09:15:00.000000Z','2026-11-24T09:15:00.000000Z');
INSERT INTO "events" VALUES(5,'default/lead/10455313-1984-419d-a8ba-f21465b0488c/2','default','2026-11-24T09:20:00.000000Z','["lead.updated","lead.tagged"]','lead','10455313-1984-419d-a8ba-f21465b0488c',NULL,2,'{"tags":{"from":[],"to":["Dead"]}}','{"id":"10455313-1984-419d-a8ba-f21465b0488c","name":"Lead “2” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:16.432Z"}','{"id":"10455313-1984-419d-a8ba-f21465b0488c","name":"Lead “2” & Söhne","status":"Chaser","tags":["Dead"],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:17.781Z"}','external',NULL,NULL,0,'2026-11-24T09:15:00.000000Z','2026-11-24T09:20:00.000000Z');
INSERT INTO "events" VALUES(6,'default/lead/e663917a-f839-422c-aadd-2d8411945f56/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.tagged"]','lead','e663917a-f839-422c-aadd-2d8411945f56',NULL,2,'{"tags":{"from":[],"to":["Won"]}}','{"id":"e663917a-f839-422c-aadd-2d8411945f56","name":"Lead “1” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:16.432Z"}','{"id":"e663917a-f839-422c-aadd-2d8411945f56","name":"Lead “1” & Söhne","status":"Chaser","tags":["Won"],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:18.811Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(7,'default/lead/6d3e0b04-291a-4494-a5ca-e5a46fe032e0/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.status_changed"]','lead','6d3e0b04-291a-4494-a5ca-e5a46fe032e0',NULL,2,'{"status":{"from":"Chaser","to":"Needs Closing"}}','{"id":"6d3e0b04-291a-4494-a5ca-e5a46fe032e0","name":"Lead “3” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:16.433Z"}','{"id":"6d3e0b04-291a-4494-a5ca-e5a46fe032e0","name":"Lead “3” & Söhne","status":"Needs Closing","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.809Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(8,'default/lead/b70cdaa3-fe12-4841-b1a5-9169b7aac22a/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','b70cdaa3-fe12-4841-b1a5-9169b7aac22a',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"b70cdaa3-fe12-4841-b1a5-9169b7aac22a","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:16.433Z"}','{"id":"b70cdaa3-fe12-4841-b1a5-9169b7aac22a","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(9,'default/lead/02f2d85d-89d3-4997-8a5a-21e6358d2e05/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','02f2d85d-89d3-4997-8a5a-21e6358d2e05',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"02f2d85d-89d3-4997-8a5a-21e6358d2e05","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:16.433Z"}','{"id":"02f2d85d-89d3-4997-8a5a-21e6358d2e05","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(10,'default/lead/e8a29abd-3bd6-4624-a56c-52e12737cb47/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','e8a29abd-3bd6-4624-a56c-52e12737cb47',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"e8a29abd-3bd6-4624-a56c-52e12737cb47","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:16.433Z"}','{"id":"e8a29abd-3bd6-4624-a56c-52e12737cb47","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
INSERT INTO "events" VALUES(11,'default/lead/e7f5192b-972f-4098-bf54-e3ed6d485c17/2','default','2026-11-24T09:45:00.000000Z','["lead.updated","lead.rep_changed"]','lead','e7f5192b-972f-4098-bf54-e3ed6d485c17',NULL,2,'{"rep":{"from":null,"to":"Ada Byron"}}','{"id":"e7f5192b-972f-4098-bf54-e3ed6d485c17","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:16.433Z"}','{"id":"e7f5192b-972f-4098-bf54-e3ed6d485c17","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','external',NULL,NULL,0,'2026-11-24T09:40:00.000000Z','2026-11-24T09:45:00.000000Z');
CREATE TABLE facts (
	account VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" TEXT NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (account, kind, "key")
);
INSERT INTO "facts" VALUES('default','trigger','due/300ff824ac0ba84551749ab20f57a825','2026-11-24T09:05:00.000000Z');
INSERT INTO "facts" VALUES('default','listening','engine.run_failed','2026-11-24T09:05:00.000000Z');
INSERT INTO "facts" VALUES('default','crossed','big/a574db08d3259b518fff96172662750f/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014','2026-11-24T09:15:00.000000Z');
INSERT INTO "facts" VALUES('default','told','engine.run_failed/run-5wor6eciac5waoeb','2026-11-24T09:15:00.000000Z');
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
INSERT INTO "feeds" VALUES('default','project','','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','d33da540ee84087b6a2ecf2afba80160','["archived","created_at","description","id","name","project_type","retainer_hours","updated_at","url"]',1,'',NULL);
INSERT INTO "feeds" VALUES('default','lead','','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','c2834567373b6b01b566f540520cf82f','["company","created_at","email","id","name","notes","phone","rep","source","status","tags","updated_at","value"]',0,'',NULL);
INSERT INTO "feeds" VALUES('default','task','213b780f-baec-4676-9eb9-895ef26b0d6b','2026-11-24T09:05:00.000000Z','2026-11-24T09:50:02.400513Z','0e4f190ecbc7018543d699b4cf9e3b21','["assigned_to","created_at","description","due_date","id","name","priority","project_id","start_date","status","task_list","updated_at"]',1,'',NULL);
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
INSERT INTO "holds" VALUES('hold-13a14e7b1057','default','2026-11-24T09:50:02.400513Z','lead',NULL,'["02f2d85d-89d3-4997-8a5a-21e6358d2e05","e8a29abd-3bd6-4624-a56c-52e12737cb47","e7f5192b-972f-4098-bf54-e3ed6d485c17","30bab57a-7c57-460d-ac2d-5a0629b128ca","68e8de03-70c0-41f2-8118-904d297ed775","747271aa-3914-433a-85ba-1affc31bf669","7d3c441a-5e3a-4337-9fe1-e1b51e15514e"]',0);
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('instance','df3b98a94c71ee6683e9ee3bdd2c4c77');
INSERT INTO "meta" VALUES('schema_version','2');
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
INSERT INTO "objects" VALUES('default','project','213b780f-baec-4676-9eb9-895ef26b0d6b',NULL,1,'{"id":"213b780f-baec-4676-9eb9-895ef26b0d6b","name":"Sales","url":null,"description":null,"retainer_hours":null,"project_type":null,"archived":false,"created_at":"2026-11-25T14:19:16.428Z","updated_at":"2026-11-25T14:19:16.428Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","url":"2026-11-24T09:05:00+00:00","description":"2026-11-24T09:05:00+00:00","retainer_hours":"2026-11-24T09:05:00+00:00","project_type":"2026-11-24T09:05:00+00:00","archived":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','1a1cb253-6f7e-4c7f-a8a6-bc44769a5014',NULL,2,'{"id":"1a1cb253-6f7e-4c7f-a8a6-bc44769a5014","name":"Lead “0” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":5000,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:17.147Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:15:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','e663917a-f839-422c-aadd-2d8411945f56',NULL,2,'{"id":"e663917a-f839-422c-aadd-2d8411945f56","name":"Lead “1” & Söhne","status":"Chaser","tags":["Won"],"rep":null,"company":null,"email":null,"phone":null,"value":1,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:18.811Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:45:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','10455313-1984-419d-a8ba-f21465b0488c',NULL,2,'{"id":"10455313-1984-419d-a8ba-f21465b0488c","name":"Lead “2” & Söhne","status":"Chaser","tags":["Dead"],"rep":null,"company":null,"email":null,"phone":null,"value":2,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.432Z","updated_at":"2026-11-25T14:19:17.781Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:20:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','6d3e0b04-291a-4494-a5ca-e5a46fe032e0',NULL,2,'{"id":"6d3e0b04-291a-4494-a5ca-e5a46fe032e0","name":"Lead “3” & Söhne","status":"Needs Closing","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":3,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.809Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:45:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','b70cdaa3-fe12-4841-b1a5-9169b7aac22a',NULL,2,'{"id":"b70cdaa3-fe12-4841-b1a5-9169b7aac22a","name":"Lead “4” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":4,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','02f2d85d-89d3-4997-8a5a-21e6358d2e05',NULL,2,'{"id":"02f2d85d-89d3-4997-8a5a-21e6358d2e05","name":"Lead “5” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":5,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','e8a29abd-3bd6-4624-a56c-52e12737cb47',NULL,2,'{"id":"e8a29abd-3bd6-4624-a56c-52e12737cb47","name":"Lead “6” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":6,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','e7f5192b-972f-4098-bf54-e3ed6d485c17',NULL,2,'{"id":"e7f5192b-972f-4098-bf54-e3ed6d485c17","name":"Lead “7” & Söhne","status":"Chaser","tags":[],"rep":"Ada Byron","company":null,"email":null,"phone":null,"value":7,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:18.810Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:45:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','30bab57a-7c57-460d-ac2d-5a0629b128ca',NULL,1,'{"id":"30bab57a-7c57-460d-ac2d-5a0629b128ca","name":"Lead “8” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":8,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.433Z","updated_at":"2026-11-25T14:19:16.433Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','68e8de03-70c0-41f2-8118-904d297ed775',NULL,1,'{"id":"68e8de03-70c0-41f2-8118-904d297ed775","name":"Lead “9” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":9,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.434Z","updated_at":"2026-11-25T14:19:16.434Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','747271aa-3914-433a-85ba-1affc31bf669',NULL,1,'{"id":"747271aa-3914-433a-85ba-1affc31bf669","name":"Lead “10” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":10,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.434Z","updated_at":"2026-11-25T14:19:16.434Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','7d3c441a-5e3a-4337-9fe1-e1b51e15514e',NULL,1,'{"id":"7d3c441a-5e3a-4337-9fe1-e1b51e15514e","name":"Lead “11” & Söhne","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":11,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.434Z","updated_at":"2026-11-25T14:19:16.434Z"}','{"id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","tags":"2026-11-24T09:05:00+00:00","rep":"2026-11-24T09:05:00+00:00","company":"2026-11-24T09:05:00+00:00","email":"2026-11-24T09:05:00+00:00","phone":"2026-11-24T09:05:00+00:00","value":"2026-11-24T09:05:00+00:00","source":"2026-11-24T09:05:00+00:00","notes":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','missing',1,NULL,NULL);
INSERT INTO "objects" VALUES('default','task','7f04a3d1-d448-4d02-b32a-96bcede27ed1','213b780f-baec-4676-9eb9-895ef26b0d6b',1,'{"id":"7f04a3d1-d448-4d02-b32a-96bcede27ed1","project_id":"213b780f-baec-4676-9eb9-895ef26b0d6b","name":"Ship it","description":null,"status":"todo","priority":null,"assigned_to":[],"due_date":"2026-12-04T00:00:00.000Z","start_date":null,"task_list":null,"created_at":"2026-11-25T14:19:16.434Z","updated_at":"2026-11-25T14:19:16.434Z"}','{"id":"2026-11-24T09:05:00+00:00","project_id":"2026-11-24T09:05:00+00:00","name":"2026-11-24T09:05:00+00:00","description":"2026-11-24T09:05:00+00:00","status":"2026-11-24T09:05:00+00:00","priority":"2026-11-24T09:05:00+00:00","assigned_to":"2026-11-24T09:05:00+00:00","due_date":"2026-11-24T09:05:00+00:00","start_date":"2026-11-24T09:05:00+00:00","task_list":"2026-11-24T09:05:00+00:00","created_at":"2026-11-24T09:05:00+00:00","updated_at":"2026-11-24T09:05:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','lead','a9f5eb36-b36f-401a-858a-5fbce8018c0e',NULL,1,'{"id":"a9f5eb36-b36f-401a-858a-5fbce8018c0e","name":"Mill","status":"Chaser","tags":[],"rep":null,"company":null,"email":null,"phone":null,"value":null,"source":null,"notes":null,"created_at":"2026-11-25T14:19:16.811Z","updated_at":"2026-11-25T14:19:16.811Z"}','{"id":"2026-11-24T09:10:00+00:00","name":"2026-11-24T09:10:00+00:00","status":"2026-11-24T09:10:00+00:00","tags":"2026-11-24T09:10:00+00:00","rep":"2026-11-24T09:10:00+00:00","company":"2026-11-24T09:10:00+00:00","email":"2026-11-24T09:10:00+00:00","phone":"2026-11-24T09:10:00+00:00","value":"2026-11-24T09:10:00+00:00","source":"2026-11-24T09:10:00+00:00","notes":"2026-11-24T09:10:00+00:00","created_at":"2026-11-24T09:10:00+00:00","updated_at":"2026-11-24T09:10:00+00:00"}','present',0,NULL,NULL);
INSERT INTO "objects" VALUES('default','task','8e76ea55-fcfe-48e3-902f-d1f742cc3a12','213b780f-baec-4676-9eb9-895ef26b0d6b',1,'{"id":"8e76ea55-fcfe-48e3-902f-d1f742cc3a12","project_id":"213b780f-baec-4676-9eb9-895ef26b0d6b","name":"Call Mill","description":"— pause · LJI6ZEZVUVARJDMH","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:19:17.013Z","updated_at":"2026-11-25T14:19:17.013Z"}','{"id":"2026-11-24T09:10:00+00:00","project_id":"2026-11-24T09:10:00+00:00","name":"2026-11-24T09:10:00+00:00","description":"2026-11-24T09:10:00+00:00","status":"2026-11-24T09:10:00+00:00","priority":"2026-11-24T09:10:00+00:00","assigned_to":"2026-11-24T09:10:00+00:00","due_date":"2026-11-24T09:10:00+00:00","start_date":"2026-11-24T09:10:00+00:00","task_list":"2026-11-24T09:10:00+00:00","created_at":"2026-11-24T09:10:00+00:00","updated_at":"2026-11-24T09:10:00+00:00"}','present',0,NULL,NULL);
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
INSERT INTO "runs" VALUES(1,'run-6mrtx2nf7cy53rgf','default','pause','bd9023a8b92daf94a8b3f3c33358fc89','default/lead/a9f5eb36-b36f-401a-858a-5fbce8018c0e/1','waiting','live',0,'2026-11-24T09:10:00.000000Z','2026-11-27T09:10:00.000000Z','{}',NULL,'');
INSERT INTO "runs" VALUES(2,'run-mi7kukama2odae5g','default','once','c08d92c0a5f650cff3cb2e5836a87b3f','default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','done','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{"double":10000}',NULL,'');
INSERT INTO "runs" VALUES(3,'run-5wor6eciac5waoeb','default','breaks','c3dea3e10f4e4cf1fa95c7b759682be3','default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','failed','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'step 1 (create_task): no project is named ''Nowhere''; there is: Sales');
INSERT INTO "runs" VALUES(4,'run-kz7ylsniddfgqyvs','default','shadow','dc82474fd815588d24d0262eeb0d98ab','default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','planned','shadow',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(5,'run-i5plycttij4tzall','default','waits','9ef466722c5bca571e3a2662f4ddd968','default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','waiting','live',0,'2026-11-24T09:15:00.000000Z','2026-12-03T09:15:00.000000Z','{}',NULL,'');
INSERT INTO "runs" VALUES(6,'run-lfq3cyj7f2uhy4eh','default','big','1277dee52f31e8db780aa46729328f6d','default/lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014/2','done','live',0,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(7,'run-khhsmw3g22f7gapl','default','alarm','5f72b0c5eba599509a58336f04da4332','default/engine/run-5wor6eciac5waoeb/engine.run_failed@2026-11-24T09:15:00+00:00','done','live',1,'2026-11-24T09:15:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(8,'run-k3tty5xyrairyugv','default','parks','42ecb7c61ebcae247079b70ada1f4a2a','default/lead/10455313-1984-419d-a8ba-f21465b0488c/2','parked','live',0,'2026-11-24T09:20:00.000000Z',NULL,'{}',NULL,'step 1 (create_note): the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`');
INSERT INTO "runs" VALUES(9,'run-7qfyagsoaw53kv4q','default','lost','e08dd541f2dd9eb90cfa6e4c0ce9ec09','default/lead/e663917a-f839-422c-aadd-2d8411945f56/2','waiting','live',0,'2026-11-24T09:45:00.000000Z',NULL,'{}',NULL,'');
INSERT INTO "runs" VALUES(10,'run-na53aq2atofg3jwp','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/b70cdaa3-fe12-4841-b1a5-9169b7aac22a/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(11,'run-pijp6ekipejlfvfg','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/02f2d85d-89d3-4997-8a5a-21e6358d2e05/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(12,'run-yuqvdplmmh26uor7','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/e8a29abd-3bd6-4624-a56c-52e12737cb47/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
INSERT INTO "runs" VALUES(13,'run-igv5c6vmouqzc46c','default','mass','794c23f6a38581a015079c60f6f265f8','default/lead/e7f5192b-972f-4098-bf54-e3ed6d485c17/2','held','live',0,'2026-11-24T09:45:00.000000Z',NULL,NULL,NULL,'4 runs of this rule in one poll, more than 3 (guards)');
CREATE TABLE spent (
	account VARCHAR NOT NULL, 
	rule_id VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" TEXT NOT NULL, 
	at VARCHAR NOT NULL, 
	run_id VARCHAR NOT NULL, 
	PRIMARY KEY (account, rule_id, kind, "key")
);
INSERT INTO "spent" VALUES('default','once','once_per','1a1cb253-6f7e-4c7f-a8a6-bc44769a5014','2026-11-24T09:15:00.000000Z','run-mi7kukama2odae5g');
INSERT INTO "spent" VALUES('default','once','cooldown','lead/1a1cb253-6f7e-4c7f-a8a6-bc44769a5014','2026-11-24T09:15:00.000000Z','run-mi7kukama2odae5g');
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
INSERT INTO "steps" VALUES('run-6mrtx2nf7cy53rgf','0',1,'create_task','POST','/projects/213b780f-baec-4676-9eb9-895ef26b0d6b/tasks','{"name":"Call Mill","description":"— pause · LJI6ZEZVUVARJDMH"}','done',1,201,'8e76ea55-fcfe-48e3-902f-d1f742cc3a12','{"id":"8e76ea55-fcfe-48e3-902f-d1f742cc3a12","project_id":"213b780f-baec-4676-9eb9-895ef26b0d6b","name":"Call Mill","description":"— pause · LJI6ZEZVUVARJDMH","status":"todo","priority":null,"assigned_to":[],"due_date":null,"start_date":null,"task_list":null,"created_at":"2026-11-25T14:19:17.013Z","updated_at":"2026-11-25T14:19:17.013Z"}','','LJI6ZEZVUVARJDMH','2026-11-24T09:10:00.000000Z',0,'["7f04a3d1-d448-4d02-b32a-96bcede27ed1"]',NULL);
INSERT INTO "steps" VALUES('run-6mrtx2nf7cy53rgf','1',2,'delay',NULL,NULL,'{"for":"3 days","until":"2026-11-27T09:10:00.000000Z"}','waiting',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-mi7kukama2odae5g','0',1,'log',NULL,NULL,'{"text":"10000"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-5wor6eciac5waoeb','0',1,'create_task',NULL,NULL,NULL,'failed',0,NULL,NULL,NULL,'no project is named ''Nowhere''; there is: Sales','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-kz7ylsniddfgqyvs','0',1,'create_task','POST','/projects/213b780f-baec-4676-9eb9-895ef26b0d6b/tasks','{"name":"Shadow","description":"— shadow · Z3LUSYR33YZEVN6N"}','planned',0,NULL,NULL,'{"id":"<task.id>","project_id":"<task.project_id>","name":"Shadow","description":"— shadow · Z3LUSYR33YZEVN6N","status":"<task.status>","priority":"<task.priority>","assigned_to":"<task.assigned_to>","due_date":"<task.due_date>","start_date":"<task.start_date>","task_list":"<task.task_list>","created_at":"<task.created_at>","updated_at":"<task.updated_at>"}','','Z3LUSYR33YZEVN6N',NULL,0,'["7f04a3d1-d448-4d02-b32a-96bcede27ed1","8e76ea55-fcfe-48e3-902f-d1f742cc3a12"]',NULL);
INSERT INTO "steps" VALUES('run-i5plycttij4tzall','0',1,'wait_for',NULL,NULL,'{"event":["lead.status_changed"],"until":"2026-12-03T09:15:00.000000Z","after_event":3}','waiting',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-lfq3cyj7f2uhy4eh','0',1,'log',NULL,NULL,'{"text":"big"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-khhsmw3g22f7gapl','0',1,'log',NULL,NULL,'{"text":"failed"}','done',0,NULL,NULL,NULL,'','',NULL,0,'[]',NULL);
INSERT INTO "steps" VALUES('run-k3tty5xyrairyugv','0',1,'create_note','POST','/projects/213b780f-baec-4676-9eb9-895ef26b0d6b/notes','{"notes":"Lost Lead “2” & Söhne\n\n— parks · REOMKRJAVRAL3KL2"}','parked',1,NULL,NULL,NULL,'the answer was lost and no effect can be seen: look in Dashtrack, then `runs retry` or `runs cancel`','REOMKRJAVRAL3KL2','2026-11-24T09:20:00.000000Z',1,'[]',NULL);
INSERT INTO "steps" VALUES('run-7qfyagsoaw53kv4q','0',1,'create_note','POST','/projects/213b780f-baec-4676-9eb9-895ef26b0d6b/notes','{"notes":"Won Lead “1” & Söhne\n\n— lost · 5AWT2C44ECC7VKUY"}','unknown',1,NULL,NULL,NULL,'POST /projects/213b780f-baec-4676-9eb9-895ef26b0d6b/notes: the connection ended, or what came was no HTTP (Server disconnected without sending a response.)','5AWT2C44ECC7VKUY','2026-11-24T09:45:00.000000Z',0,'[]',NULL);
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
INSERT INTO "timers" VALUES('default','due','300ff824ac0ba84551749ab20f57a825','task','7f04a3d1-d448-4d02-b32a-96bcede27ed1','task.due@1 day@2026-12-04T00:00:00+00:00','clock','2026-12-03T00:00:00.000000Z','2026-11-24T09:05:00.000000Z',0,0);
INSERT INTO "timers" VALUES('default','stays','00e2bb554afe3c07eec146ae9effbc8a','lead','6d3e0b04-291a-4494-a5ca-e5a46fe032e0','default/lead/6d3e0b04-291a-4494-a5ca-e5a46fe032e0/2','hold','2026-11-28T09:45:00.000000Z','2026-11-24T09:45:00.000000Z',0,0);
CREATE INDEX objects_of_feed ON objects (account, resource, project_id);
CREATE INDEX events_by_time ON events (account, at);
CREATE INDEX events_of_object ON events (account, resource, object_id);
CREATE INDEX runs_by_rule ON runs (account, rule_id);
CREATE INDEX runs_by_status ON runs (account, status);
CREATE INDEX steps_by_status ON steps (status);
CREATE INDEX timers_by_due ON timers (account, spent, due_at);
CREATE INDEX timers_of_object ON timers (account, resource, object_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('events',11);
INSERT INTO "sqlite_sequence" VALUES('runs',13);
COMMIT;
