-- Before a signature its person is proved again. A session remembers when its person last was, after signing in; null: not since.
-- The program before this one knows nothing of the column: its sessions count as proved when they began.
alter table sessions add column proved_at timestamptz;
