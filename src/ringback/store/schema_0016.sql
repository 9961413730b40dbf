-- Set-up. A wording is never edited: a new version is a draft (`published_at` null) that a second person publishes, and
-- `base` says which of the built-in versions it stands in for. Which version is sent is the newest row of
-- `template_live`, so restoring an older one is one more row and stays known. `setup_before` keeps what a change of the
-- practice, a location, its hours or a line replaced, so that it can be taken back. Nothing here is about a patient.
alter table location add column address text not null default '';
alter table template add column base int;
alter table template add column proposed_at timestamptz;
alter table template add column dropped_at timestamptz;
create table template_live (
  practice int not null, no uuid not null, id text not null, base int not null, version int not null,
  at timestamptz not null, "by" int not null,
  primary key (practice, no)
);
create index on template_live (practice, id, base, no desc);
create table setup_before (
  practice int not null, id uuid not null, what text not null check (what in ('practice', 'location', 'hours', 'line')),
  object int not null, before jsonb not null, at timestamptz not null, "by" int not null, undone_at timestamptz,
  primary key (practice, id)
);
create index on setup_before (practice, at desc) where undone_at is null;
