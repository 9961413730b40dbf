-- Retention, legal holds, disclosures, requests of patients.
select 1;
