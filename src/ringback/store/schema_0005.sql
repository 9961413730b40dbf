-- Invitations and single sign-on of a practice.
select 1;
