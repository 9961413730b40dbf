-- Backups and drills (C72).

-- Every practice this installation ever had, and the installation itself (0): ids only. A backup names them all, for even
-- the tables' owner sees a practice's rows only when it is named.
create table roster (practice int primary key);
create function onto_roster() returns trigger language plpgsql as $$
begin
  insert into roster (practice) values (new.practice) on conflict do nothing;
  return new;
end $$;
create trigger onto_roster after insert on practice for each row execute function onto_roster();
create trigger onto_roster after insert on audit_head for each row execute function onto_roster();
-- Those that were here before: whoever has work, a member, or an audit log to keep (which every practice has).
insert into roster select 0 union select practice from work union select practice from membership;

-- What each restore drill found; kept by the installation (practice 0). `findings`: tables, row ids and field terms.
create table drill (
  practice int not null, id uuid not null, at timestamptz not null, seconds double precision not null, cases bigint not null,
  good boolean not null, findings jsonb not null,
  primary key (practice, id)
);
