-- Backups and drills.
select 1;
