package source_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

// rude panics whatever is asked of it: a file system, a database, a transport, a clock.
type rude struct{}

func (rude) Open(string) (fs.File, error)                                    { panic("not today") }
func (rude) RoundTrip(*http.Request) (*http.Response, error)                 { panic("not today") }
func (rude) Now() time.Time                                                  { panic("not today") }
func (rude) QueryContext(context.Context, string, ...any) (*sql.Rows, error) { panic("not today") }

func TestWhatPanicsIsAnError(t *testing.T) {
	table := source.Table{Name: []string{"t"}, Column: "at"}
	batch := &source.Batch{DB: rude{}, Tables: map[string]source.Table{"a": table}}
	for name, s := range map[string]freshness.Source{
		"source: the function panicked: not today":  source.Func(func(context.Context) (freshness.Landings, error) { panic("not today") }),
		"source: files: panicked: not today":        source.Files{FS: rude{}, Pattern: "a/*"},
		"source: files: panicked: not today ":       source.Files{FS: rude{}, Pattern: "a"},
		"source: http: panicked: not today":         source.HTTP{URL: "http://h/", Transport: rude{}},
		"source: http: panicked: not today ":        &source.ETag{HTTP: source.HTTP{URL: "http://h/", Transport: rude{}}},
		"source: etag: panicked: not today":         &source.ETag{HTTP: source.HTTP{URL: "http://h/", Transport: tagOnce{}}, Clock: rude{}},
		"source: query: panicked: not today":        source.Query{DB: rude{}, Text: "SELECT 1"},
		`source: table ["t"]: panicked: not today`:  source.Table{DB: rude{}, Name: []string{"t"}, Column: "at"},
		`source: table ["t"]: panicked: not today `: batch.Source("a"),
		"source: batch: panicked: not today":        (&source.Batch{DB: rude{}, Clock: rude{}, Tables: batch.Tables}).Source("a"),
		"source: the Func is nil":                   source.Func(nil),
		"source: the Batch is nil":                  (*source.Batch)(nil).Source("a"),
		"source: the ETag is nil":                   (*source.ETag)(nil),
		"source: Files.FS is missing":               source.Files{Pattern: "a"},
		"source: query: a DB is required":           source.Query{DB: (*sql.DB)(nil), Text: "SELECT 1"},
		`source: table ["t"]: a DB is required`:     source.Table{DB: (*sql.Conn)(nil), Name: []string{"t"}, Column: "at"},
	} {
		require.NotPanics(t, func() {
			landed, err := s.Landings(t.Context())
			assert.Nil(t, landed)
			assert.EqualError(t, err, strings.TrimSuffix(name, " "))
		}, name)
	}
	require.NotPanics(t, func() { (*source.ETag)(nil).Remember("a", seven) })
	tag, at := (*source.ETag)(nil).Seen()
	assert.Zero(t, tag)
	assert.Zero(t, at)
}

func TestAZeroValueErrorHasAText(t *testing.T) {
	assert.EqualError(t, &source.ValueError{}, `source: not a timestamp: ""`)
}

// tagOnce answers with an entity tag.
type tagOnce struct{}

func (tagOnce) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: http.Header{"Etag": {"a"}}, Body: http.NoBody}, nil
}

func TestAKeyThatComesTwiceIsRefused(t *testing.T) {
	for text, key := range map[string]string{
		`{"at":"2026-03-04T07:00:00Z","at":"2036-03-04T07:00:00Z"}`:                        "at",
		`{"at":"2026-03-04T07:00:00Z","a":[{"b":{}},{"b":[],"c":1,"b":2}]}`:                "b",
		`{"at":"2026-03-04T07:00:00Z","\u0061t":null}`:                                     "at",
		`{"at":"2026-03-04T07:00:00Z","x":{"at":1},"y":[{"at":1},{"at":"at"}],"at ":"at"}`: "",
	} {
		server := serve(t, answers(text))
		landed, err := source.HTTP{URL: server.URL, Field: "at"}.Landings(t.Context())
		if key == "" {
			require.NoError(t, err, text)
			require.Equal(t, freshness.LandedAt(seven), landed)
			continue
		}
		require.ErrorContains(t, err, `the key "`+key+`" comes twice in one object of the document`, text)
	}
}

// An instant that no calendar shows is most often a number in another unit.
func TestAnInstantOutsideTheYearsIsRefused(t *testing.T) {
	seconds := source.Format{EpochUnit: time.Second}
	for _, text := range []string{"1700000000000", "253402300800", "-62135683201", "-1e18", "99999999999999999"} {
		_, err := seconds.Parse(text)
		require.Error(t, err, text)
		if !strings.Contains(text, "e") {
			require.ErrorIs(t, err, source.ErrRange, text)
			require.ErrorContains(t, err, "outside the years 1 to 9999: is Format.EpochUnit the unit of the number?", text)
		}
	}
	for text, year := range map[string]int{"253402300799": 9999, "-62135596800": 1, "1772607600": 2026} {
		at, err := seconds.Parse(text)
		require.NoError(t, err, text)
		require.Equal(t, year, at.Year(), text)
	}
	_, err := source.Format{}.Parse("9999-12-31T23:59:59-01:00")
	require.ErrorIs(t, err, source.ErrRange)
	at, err := source.Format{}.Parse("0001-01-01T00:00:00+14:00")
	require.NoError(t, err, "the year 1 as the writer's clocks showed it")
	require.True(t, at.IsZero() == false && at.Before(time.Time{}))
	_, err = source.Format{}.Parse("0000-12-30T23:59:59Z")
	require.ErrorIs(t, err, source.ErrRange)

	far := time.Date(55840, 1, 1, 0, 0, 0, 0, time.UTC)
	db, _ := open(t, one("TIMESTAMPTZ", far))
	_, err = source.Query{DB: db, Text: "SELECT 1"}.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrRange)
	db, _ = open(t, one("TIMESTAMP", far))
	_, err = source.Query{DB: db, Text: "SELECT 1", Format: source.Format{DefaultLocation: time.UTC}}.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrRange)

	files := source.Files{FS: fstest.MapFS{"a": {ModTime: far}}, Pattern: "*"}
	_, err = files.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrRange)
	require.ErrorContains(t, err, `"a"`)

	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Last-Modified", "Sat, 30 Dec 0000 00:00:00 GMT")
	})
	_, err = source.HTTP{URL: server.URL}.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrRange)

	var bad *source.ValueError
	require.True(t, errors.As(err, &bad))
	require.Equal(t, "Last-Modified", bad.Column)
}
