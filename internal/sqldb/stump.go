package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"os"
)

// shortest is how many bytes the smallest file of SQLite has that is not empty: one page of the smallest size.
const shortest = 512

// refuseStump refuses a file of SQLite that is shorter than any, and yet not empty: one that was cut. SQLite takes it for a new one,
// and would write over what is left. Where the file cannot be looked at, SQLite itself will say what is wrong.
func (d Dialect) refuseStump(ctx context.Context, db *sql.DB) error {
	if d != SQLite {
		return nil
	}
	var path string
	if err := db.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&path); err != nil || path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Size() > 0 && info.Size() < shortest {
		return fmt.Errorf("the file %s is damaged: of a database, %d bytes are left: restore it from a backup, or remove it", path, info.Size())
	}
	return nil
}
