package sqldb

import (
	"context"
	"fmt"
	"os"
)

// shortest is the size in bytes of the smallest file of SQLite that is not empty: one page of the
// smallest size.
const shortest = 512

// refuseStump returns an error about a file of SQLite that is shorter than any, and yet not empty:
// one that was cut. SQLite takes it for a new one, and would write over what is left. If the file
// cannot be inspected there is no error: SQLite itself reports what is wrong.
func (d *DB) refuseStump(ctx context.Context) error {
	if d.Dialect != SQLite {
		return nil
	}
	var path string
	known, err := d.One(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'", nil, &path)
	if err != nil || !known || path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Size() > 0 && info.Size() < shortest {
		return fmt.Errorf("the file %s is damaged: of a database, %d bytes are left: "+
			"restore it from a backup, or remove it", path, info.Size())
	}
	return nil
}
