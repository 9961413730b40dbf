-- A voicemail's recording stays at the phone system; here lies where, and which connection opens it, sealed like the words.
alter table message add column played_from bytea;
