-- Rates and refusals.
select 1;
