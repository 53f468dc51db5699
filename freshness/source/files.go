package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// A File is what [Files.Newest] found.
type File struct {
	Name     string    // its path within the file system
	Size     int64     // in bytes
	Modified time.Time // when it was last written, according to the file system
}

// Files is the source of landings that arrive as files: the newest match of a pattern, by its time
// of modification. That time is metadata: copying or touching a file moves it.
//
// A folder that cannot be read is an error, and not an empty folder; so is a missing folder that
// stands in the pattern before the first wildcard. A broken link, and a file that vanishes during
// the search, are skipped. Files is safe for concurrent use if its FS is.
type Files struct {
	// FS is where to look, such as os.DirFS("/data"). Required.
	FS fs.FS

	// Pattern matches the files that count, as in path.Match, with slashes between folders:
	// "orders/*/part-*.csv". Required.
	Pattern string

	// MinBytes is how many bytes a file must hold to count. Zero means any number, none included.
	MinBytes int64
}

// Landings returns the newest file as a landing, and nothing if no file matches.
func (s Files) Landings(ctx context.Context) (freshness.Landings, error) {
	newest, ok, err := s.Newest(ctx)
	if err != nil || !ok {
		return nil, err
	}
	if _, err := inYears(newest.Modified, newest.Modified.String()); err != nil {
		return nil, fmt.Errorf("source: files: %q: %w", newest.Name, err)
	}
	return freshness.Landings{{At: newest.Modified, Bytes: newest.Size, Metadata: true}}, nil
}

// Newest returns the newest file that matches, and false if none does.
// Of several that were modified at the same instant, it returns the last by name.
func (s Files) Newest(ctx context.Context) (newest File, ok bool, err error) {
	defer func() {
		if err != nil {
			newest, ok = File{}, false
		}
	}()
	defer contain("files:", &err)
	switch _, bad := path.Match(s.Pattern, ""); {
	case s.FS == nil:
		return newest, false, errors.New("source: Files.FS is missing")
	case s.Pattern == "":
		return newest, false, errors.New("source: Files.Pattern is missing")
	case bad != nil:
		return newest, false, fmt.Errorf("source: the pattern %q: %w", s.Pattern, bad)
	}

	err = s.walk(ctx, ".", strings.Split(s.Pattern, "/"), false, func(f File) {
		if f.Size >= s.MinBytes && (!ok || !f.Modified.Before(newest.Modified)) {
			newest, ok = f, true
		}
	})

	if err != nil {
		err = fmt.Errorf("source: files: %w", err)
	}
	return newest, ok, err
}

// walk calls found for each regular file below dir that the rest of the pattern matches, in the
// order of names. It differs from [fs.Glob] in that it hides no error. Behind a wildcard, wild is
// set.
func (s Files) walk(ctx context.Context, dir string, rest []string, wild bool, found func(File)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !strings.ContainsAny(rest[0], `*?[\`) {
		return s.enter(ctx, path.Join(dir, rest[0]), rest[1:], wild, found)
	}

	entries, err := fs.ReadDir(s.FS, dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if match, err := path.Match(rest[0], entry.Name()); err != nil {
			return err
		} else if !match {
			continue
		}
		if err := s.enter(ctx, path.Join(dir, entry.Name()), rest[1:], true, found); err != nil {
			return err
		}
	}
	return nil
}

// enter looks at one path. Behind a wildcard, the path may be missing: another match may have it.
func (s Files) enter(ctx context.Context, name string, rest []string, wild bool, found func(File)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	info, err := fs.Stat(s.FS, name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && (len(rest) == 0 || wild):
		return nil
	case err != nil:
		return err
	case len(rest) == 0 && info.Mode().IsRegular():
		found(File{Name: name, Size: info.Size(), Modified: info.ModTime()})
	case len(rest) > 0 && info.IsDir():
		return s.walk(ctx, name, rest, wild, found)
	}
	return nil
}
