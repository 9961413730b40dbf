-- Consent, preference and suppression as ledgers.
select 1;
