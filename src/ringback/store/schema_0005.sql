-- Invitations and single sign-on of a practice (C1, C4, C11).

-- Who was invited, by whom, to what; the link's token is kept as a digest, name and e-mail are sealed.
create table invitation (
  practice int not null, id uuid not null, staff int not null, token_hash bytea not null, sealed bytea not null,
  role text not null, made_by text not null default '', made_at timestamptz not null, expires_at timestamptz not null,
  spent_at timestamptz, withdrawn_at timestamptz,
  primary key (practice, id), unique (practice, token_hash)
);
-- A provider that signs the practice's people on (OIDC or SAML); its address and secret are sealed.
create table sign_on (
  practice int not null, slug text not null, kind text not null check (kind in ('oidc', 'saml')), settings bytea not null,
  active boolean not null default true, made_at timestamptz not null,
  primary key (practice, slug)
);
-- At which practices an account works: ids only, seen before a practice is known.
create table membership (
  practice int not null, account bigint not null,
  primary key (account, practice)
);
-- What sign-ins count and remember between processes (tries, codes that were used): Django's cache, no patient data.
create table django_cache (
  cache_key varchar(255) primary key, value text not null, expires timestamptz not null
);
create index on django_cache (expires);
