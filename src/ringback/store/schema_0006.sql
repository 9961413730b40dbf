-- Sessions, locked screens, break-glass, and who works where.
select 1;
