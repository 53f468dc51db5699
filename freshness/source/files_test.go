package source_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

func tree() fstest.MapFS {
	file := func(size int, at time.Time) *fstest.MapFile {
		return &fstest.MapFile{Data: make([]byte, size), ModTime: at}
	}
	return fstest.MapFS{
		"orders/2026-03-03/part-0.csv": file(10, seven.Add(-24*time.Hour)),
		"orders/2026-03-04/part-0.csv": file(30, seven.Add(-time.Minute)),
		"orders/2026-03-04/part-1.csv": file(20, seven),
		"orders/2026-03-04/part-2.csv": file(0, seven),
		"orders/2026-03-04/_SUCCESS":   file(0, seven.Add(time.Hour)),
		"orders/readme":                file(5, seven.Add(time.Hour)),
		"empty":                        &fstest.MapFile{Mode: fs.ModeDir},
	}
}

func TestTheNewestMatchIsTheLanding(t *testing.T) {
	for _, c := range []struct {
		name, pattern, want string
		size, min           int64
	}{
		{"across folders", "orders/*/part-*.csv", "orders/2026-03-04/part-2.csv", 0, 0},
		{"not the empty ones", "orders/*/part-*.csv", "orders/2026-03-04/part-1.csv", 20, 1},
		{"only the large", "orders/*/part-*.csv", "orders/2026-03-04/part-0.csv", 30, 25},
		{"one by its name", "orders/2026-03-04/_SUCCESS", "orders/2026-03-04/_SUCCESS", 0, 0},
		{"folders do not count", "orders/*", "orders/readme", 5, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := source.Files{FS: tree(), Pattern: c.pattern, MinBytes: c.min}
			newest, ok, err := s.Newest(t.Context())
			require.NoError(t, err)
			require.True(t, ok)
			assert.Equal(t, source.File{Name: c.want, Size: c.size, Modified: newest.Modified}, newest)
			landed, err := s.Landings(t.Context())
			require.NoError(t, err)
			assert.Equal(t, freshness.Landings{{At: newest.Modified, Bytes: c.size, Metadata: true}}, landed)
		})
	}
}

func TestNoMatchIsNothingLandedAndAMissingFolderIsAnError(t *testing.T) {
	for _, pattern := range []string{"orders/*/part-*.json", "empty/*", "orders/2026-03-04/nope", "*/nope/x"} {
		landed, err := source.Files{FS: tree(), Pattern: pattern}.Landings(t.Context())
		require.NoError(t, err, pattern)
		assert.Empty(t, landed)
	}
	for _, s := range []source.Files{
		{FS: tree(), Pattern: "nope/*"}, {FS: tree(), Pattern: "orders/[x"}, {FS: tree()}, {Pattern: "*"},
		{FS: tree(), Pattern: "../*"},
	} {
		landed, err := s.Landings(t.Context())
		require.Error(t, err, s.Pattern)
		assert.Nil(t, landed)
	}
}

func TestARealTreeIsRead(t *testing.T) {
	dir := t.TempDir()
	for name, at := range map[string]time.Time{"a.csv": seven, "b.csv": seven.Add(time.Hour), "c.txt": seven.Add(2 * time.Hour)} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(name), 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	require.NoError(t, os.Symlink("nowhere", filepath.Join(dir, "z.csv")))
	newest, ok, err := source.Files{FS: os.DirFS(dir), Pattern: "*.csv"}.Newest(t.Context())
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, "b.csv", newest.Name)
	assert.Equal(t, int64(5), newest.Size)
	assert.True(t, seven.Add(time.Hour).Equal(newest.Modified))
}

// broken is a file system in which one folder cannot be read.
type broken struct{ fs.FS }

var errUnreadable = errors.New("input/output error")

func (b broken) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "orders/2026-03-04" {
		return nil, errUnreadable
	}
	return fs.ReadDir(b.FS, name)
}

func TestAFolderThatCannotBeReadIsAnError(t *testing.T) {
	landed, err := source.Files{FS: broken{tree()}, Pattern: "orders/*/*.csv"}.Landings(t.Context())
	require.ErrorIs(t, err, errUnreadable)
	assert.Nil(t, landed, "the readable half is not the answer")
}

func TestTheWalkObeysItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := source.Files{FS: tree(), Pattern: "*/*/*"}.Landings(ctx)
	require.ErrorIs(t, err, context.Canceled)
}
