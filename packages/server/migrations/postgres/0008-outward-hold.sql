-- While a row is here nothing is sent outward: a restored installation must not act on people before somebody has looked at it.
create table outward_hold (
  one boolean primary key default true check (one),
  held_at timestamptz not null,
  reason text not null
);
