-- Rotation of keys: how far each has come.
select 1;
