-- The audit log (C21-C23): one chain a practice, gap-free, added to and read, never changed. `body` is the entry's
-- canonical JSON (RFC 8785), the very bytes its hash was taken of; the columns beside it are for finding only.
create table audit_head (
  practice int primary key, seq bigint not null default 0, hash bytea not null default decode(repeat('00', 32), 'hex')
) with (fillfactor = 50);
create table audit (
  practice int not null, seq bigint not null, at timestamptz not null, act text not null, what text not null,
  object text not null default '', staff text not null default '', result text not null default 'ok',
  body text not null, prev bytea not null, hash bytea not null,
  primary key (practice, seq)
);
create index on audit (practice, object, seq) where object <> '';
create index on audit (practice, at);
create function audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only ever added to' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_stays before update or delete or truncate on audit
  for each statement execute function audit_stays();
-- Signed checkpoints as they were handed to the sinks; the copies off the database are the ones that count.
create table audit_checkpoint (
  practice int not null, size bigint not null, at timestamptz not null, hash bytea not null, note text not null,
  sinks text not null default '',
  primary key (practice, size)
);
create trigger audit_stays before update or delete or truncate on audit_checkpoint
  for each statement execute function audit_stays();
-- Keys that sign checkpoints, by number; the private part is sealed like any value of the practice.
create table audit_key (
  practice int not null, number int not null, public text not null, private bytea not null, made_at timestamptz not null,
  primary key (practice, number)
);
