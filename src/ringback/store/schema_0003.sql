-- Keys of callers and people, so that one person can be shredded.
select 1;
