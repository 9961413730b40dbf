-- What a privacy officer keeps: agreements, training, reviews, devices, risks, incidents.
select 1;
