-- The audit log: one chain a practice, added to and never changed.
select 1;
