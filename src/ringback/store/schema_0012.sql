-- The inbox: whose a case is, until when it sleeps, who has seen it, views that were kept, what words are found by.

-- Whose a case is and until when it is out of the way. A case without a row is nobody's and awake.
create table care (
  practice int not null, case_id uuid not null, owner int, assigned_at timestamptz, snoozed_until timestamptz,
  snoozed_at timestamptz, changed_at timestamptz not null, "by" text not null default '',
  primary key (practice, case_id)
);
create index care_of on care (practice, owner) where owner is not null;
create index care_asleep on care (practice, snoozed_until) where snoozed_until is not null;

-- When each member of staff last had a case open: what came in since is marked unread.
create table looked (
  practice int not null, staff int not null, case_id uuid not null, at timestamptz not null,
  primary key (practice, staff, case_id)
);
create index looked_of on looked (practice, case_id);

-- A set of filters under a name. `staff` is whose it is; none: shared with the practice. `filters` holds field terms
-- and numbers of rows only, never words searched for; the name is somebody's own words, and is sealed.
create table saved_view (
  practice int not null, id uuid not null, staff int, sealed bytea not null, filters jsonb not null,
  made_at timestamptz not null, "by" text not null,
  primary key (practice, id)
);
create index saved_view_of on saved_view (practice, staff);

-- What cases are found by: keyed digests of whole words, and of the last four digits of the caller's number. `message` is
-- the newest message with that word (its id is its moment), or the case itself for a number.
create table word_index (
  practice int not null, case_id uuid not null, digest bytea not null, message uuid not null,
  primary key (practice, case_id, digest)
);
create index word_index_newest on word_index (practice, digest, message desc) include (case_id);

-- What people of the directory are found by: keyed digests of the words of their names, and of last four digits.
create table name_index (
  practice int not null, person uuid not null, digest bytea not null,
  primary key (practice, person, digest)
);
create index name_index_of on name_index (practice, digest, person);

-- How far the index has come: by kind, the last row that was read.
create table index_mark (
  practice int not null, kind text not null check (kind in ('message', 'case', 'person')), at timestamptz not null, id uuid not null,
  primary key (practice, kind)
);

-- Lists that are read newest first, and counts, touch only the rows they show however many are closed.
create index cases_open on cases (practice, changed_at desc, id desc) include (phase) where phase <> 'closed';
create index person_changed on person (practice, changed_at, id);
