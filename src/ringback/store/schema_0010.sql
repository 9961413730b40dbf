-- A third kind of connection: where alerts go (a signed chat webhook), its secrets sealed like any other's.
alter table connection drop constraint connection_kind_check;
alter table connection add constraint connection_kind_check check (kind in ('phone', 'text', 'alert'));
