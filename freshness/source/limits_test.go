package source_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

func TestAQueryAnswersAHundredThousandRowsAtMost(t *testing.T) {
	rows := make([][]driver.Value, 100_001)
	for i := range rows {
		rows[i] = []driver.Value{seven.Add(time.Duration(i))}
	}
	r := reply{columns: []column{{"at", "TIMESTAMPTZ"}}, rows: rows[:100_000]}
	db, _ := open(t, r)
	landed, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.NoError(t, err)
	assert.Len(t, landed, 100_000)
	r.rows = rows
	db, _ = open(t, r)
	_, err = source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.EqualError(t, err, "source: query: more than 100000 rows")
}

// A look takes ten seconds at most, unless its source sets another limit.
func TestALookTakesTenSecondsUnlessToldOtherwise(t *testing.T) {
	for limit, want := range map[time.Duration]time.Duration{
		0: 10 * time.Second, -time.Second: 10 * time.Second, 1: 1, 3 * time.Second: 3 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{answer: func(ctx context.Context, _ string) reply {
				<-ctx.Done()
				return reply{err: errors.New("canceling statement")}
			}}
			db := sql.OpenDB(f)
			defer db.Close()
			hangs := transport(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			})
			table := source.Table{Name: []string{"t"}, Column: "at", Timeout: limit}
			alone := table
			alone.DB = db
			batch := &source.Batch{DB: db, Timeout: limit, Tables: map[string]source.Table{"t": {Name: table.Name, Column: "at"}}}
			for name, s := range map[string]freshness.Source{
				"a query": source.Query{DB: db, Text: "q", Timeout: limit},
				"a table": alone,
				"a batch": batch.Source("t"),
				"HTTP":    source.HTTP{URL: "http://data.example", Timeout: limit, Transport: hangs},
			} {
				start := time.Now()
				_, err := s.Landings(t.Context())
				require.ErrorIs(t, err, context.DeadlineExceeded, name)
				assert.Equal(t, want, time.Since(start), "%s with %v", name, limit)
				if name != "HTTP" {
					assert.ErrorContains(t, err, "deadline exceeded: canceling statement", name)
				}
			}
		})
	}
}

func TestAPartitionThatIsNoTextIsAnError(t *testing.T) {
	db, _ := open(t, reply{
		columns: []column{{"at", "TIMESTAMPTZ"}, {"Partition", "INT[]"}},
		rows:    [][]driver.Value{{seven, []int64{1}}},
	})
	landed, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.EqualError(t, err, `source: query: [1] in "Partition" is not text`)
	assert.Nil(t, landed)
}

func TestANameThatCannotBeQuotedIsAnError(t *testing.T) {
	db, f := open(t, one("TIMESTAMPTZ", seven))
	for want, table := range map[string]source.Table{
		`source: a name is empty (the table)`:              {Name: []string{"mart", ""}, Column: "at"},
		`source: a name is missing (the table)`:            {Column: "at"},
		`source: a name is empty (the column)`:             {Name: []string{"mart", "orders"}},
		`source: Dialect(3) is not a dialect (the table)`:  {Name: []string{"orders"}, Column: "at", Dialect: 3},
		`source: Dialect(-1) is not a dialect (the table)`: {Name: []string{"orders"}, Column: "at", Dialect: -1},
	} {
		table.DB = db
		_, err := table.Landings(t.Context())
		require.EqualError(t, err, want)
		_, err = (&source.Batch{DB: db, Tables: map[string]source.Table{"x": table, "y": table}}).Source("x").Landings(t.Context())
		require.EqualError(t, err, want)
	}
	assert.Empty(t, f.queries())
}

// A query for several tables that comes back without its row says nothing of
// any of them, and each is asked by itself.
func TestAnAnswerWithoutARowIsAskedAgainForEachTable(t *testing.T) {
	for name, r := range map[string]reply{
		"no row":       {columns: []column{{"x", "TIMESTAMPTZ"}, {"y", "TIMESTAMPTZ"}}},
		"a broken row": {columns: []column{{"x", "TIMESTAMPTZ"}, {"y", "TIMESTAMPTZ"}}, rowErr: errors.New("boom")},
		"no column":    {},
	} {
		t.Run(name, func(t *testing.T) {
			db, f := open(t, reply{})
			f.answer = func(_ context.Context, query string) reply {
				if strings.Contains(query, "(SELECT") {
					return r
				}
				return one("TIMESTAMPTZ", seven)
			}
			b := &source.Batch{DB: db, Tables: tables("a", "b"), MaxAge: time.Hour}
			for _, asset := range []string{"mart.a", "mart.b"} {
				landed, err := b.Source(asset).Landings(t.Context())
				require.NoError(t, err)
				assert.Equal(t, freshness.LandedAt(seven), landed)
			}
			assert.Len(t, f.queries(), 3)
		})
	}
}

func TestAHundredTablesShareAQuery(t *testing.T) {
	for n, queries := range map[int]int{1: 1, 100: 1, 101: 2, 202: 3} {
		db, f := open(t, reply{})
		f.answer = many("")
		b := &source.Batch{DB: db, Tables: tables(letters(n)...), MaxAge: time.Hour}
		_, err := b.Source("mart.t000").Landings(t.Context())
		require.NoError(t, err)
		assert.Len(t, f.queries(), queries, "%d tables", n)
	}
}

func TestAnAnswerIsKeptForItsMaxAge(t *testing.T) {
	for limit, kept := range map[time.Duration]time.Duration{
		0: time.Second, -time.Hour: time.Second, 1: 1, time.Minute: time.Minute,
	} {
		db, f := open(t, reply{})
		f.answer = many("")
		mock := clock.NewMock()
		b := &source.Batch{DB: db, Tables: tables("a", "b"), MaxAge: limit, Clock: mock}
		for i, after := range []time.Duration{0, kept - 1, 1} {
			mock.Add(after)
			_, err := b.Source("mart.a").Landings(t.Context())
			require.NoError(t, err)
			assert.Len(t, f.queries(), 1+i/2, "after %v of %v", after, limit)
		}
	}
}

func TestTheInstantsReachFromTheDayBeforeTheYearOneToTheYear9999(t *testing.T) {
	f := source.Format{DefaultLocation: time.UTC, EpochUnit: time.Second}
	for text, valid := range map[string]bool{
		"0000-12-31T00:00:00Z":           true,
		"0000-12-30T23:59:59.999999999Z": false,
		"9999-12-31T23:59:59.999999999Z": true,
		"9999-12-31T23:58:59-00:01":      true,
		"9999-12-31T23:59:00-00:01":      false,
		"9999-12-31 23:59:59":            true,
		"-62135683200":                   true,
		"-62135683200.5":                 false,
		"-62135683201":                   false,
		"253402300799.999999999":         true,
		"253402300800":                   false,
	} {
		_, err := f.Parse(text)
		if valid {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorIs(t, err, source.ErrRange, text)
	}
}

func TestANumberHasDigitsAndAtMostAPointAndASign(t *testing.T) {
	f := source.Format{EpochUnit: time.Second}
	for text, want := range map[string]string{
		"5":                           "1970-01-01T00:00:05Z",
		"+5":                          "1970-01-01T00:00:05Z",
		"-5":                          "1969-12-31T23:59:55Z",
		"5.":                          "1970-01-01T00:00:05Z",
		"0.5":                         "1970-01-01T00:00:00.5Z",
		"-0.25":                       "1969-12-31T23:59:59.75Z",
		"0.000000001":                 "1970-01-01T00:00:00.000000001Z",
		".5":                          "",
		"--5":                         "",
		"+-5":                         "",
		"5.5.5":                       "",
		"-":                           "",
		"5-":                          "",
		strings.Repeat("0", 39) + "5": "1970-01-01T00:00:05Z",
		strings.Repeat("0", 40) + "5": "",
	} {
		at, err := f.Parse(text)
		if want == "" {
			require.ErrorIs(t, err, source.ErrNotInstant, text)
			continue
		}
		require.NoError(t, err, text)
		assert.Equal(t, want, at.Format(time.RFC3339Nano), text)
	}
	_, err := source.Format{EpochUnit: -time.Second}.Parse("5")
	require.ErrorIs(t, err, source.ErrNoUnit)
}

func TestOnlyADateOfZerosIsAZeroDate(t *testing.T) {
	f := source.Format{DefaultLocation: time.UTC, EpochUnit: time.Second}
	for text, want := range map[string]error{
		"2026-00-01":  source.ErrZeroDate,
		"2026-01-00":  source.ErrZeroDate,
		"02026-00-01": source.ErrNotInstant,
		"xxxx-00-01":  source.ErrNotInstant,
		"2026-000-01": source.ErrNotInstant,
		"2026-xx-00":  source.ErrNotInstant,
		"2026-00":     source.ErrNotInstant,
		"2026-01-0":   source.ErrNotInstant,
	} {
		_, err := f.Parse(text)
		require.ErrorIs(t, err, want, text)
	}
}

func TestAValueErrorQuotes64Bytes(t *testing.T) {
	for n, want := range map[int]string{
		63: strings.Repeat("x", 63), 64: strings.Repeat("x", 64), 65: strings.Repeat("x", 64) + "…",
	} {
		_, err := source.Format{}.Parse(strings.Repeat("x", n))
		var bad *source.ValueError
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, want, bad.Value)
	}
	for want, bad := range map[string]source.ValueError{
		`source: not a timestamp: "x"`:                                                                      {Value: "x"},
		`source: not a timestamp: "x" in "at"`:                                                              {Value: "x", Column: "at"},
		`source: not a timestamp: "x" of type TEXT`:                                                         {Value: "x", Type: "TEXT"},
		`source: not a timestamp: a date of zeros: "0000-00-00" in "at" of type DATE`:                       {Value: "0000-00-00", Column: "at", Type: "DATE", Err: source.ErrZeroDate},
		`source: a number: set Format.EpochUnit to its unit, such as time.Millisecond: "5" of type INTEGER`: {Value: "5", Type: "INTEGER", Err: source.ErrNoUnit},
	} {
		assert.EqualError(t, &bad, want)
	}
}

func TestAJSONNumberMayHaveAnExponent(t *testing.T) {
	for number, want := range map[string]string{
		"1.7726076e9": "",
		"17726076E2":  "",
		"1772607600":  "",
		"9.3e18":      "not a timestamp",
		"-9.3e18":     "not a timestamp",
		"9e18":        "outside the years 1 to 9999",
		"1e-3000":     "1970",

		"9.223372036854775808e18": "outside the years 1 to 9999",
		"1.7726076e+9":            "",
	} {
		server := serve(t, answers(`{"at":`+number+`}`))
		landed, err := source.HTTP{URL: server.URL, Field: "at", Format: source.Format{EpochUnit: time.Second}}.Landings(t.Context())
		switch want {
		case "":
			require.NoError(t, err, number)
			assert.Equal(t, freshness.LandedAt(seven), landed, number)
		case "1970":
			require.NoError(t, err, number)
			assert.Equal(t, freshness.LandedAt(time.Unix(0, 0).UTC()), landed, number)
		default:
			require.ErrorContains(t, err, want, number)
		}
	}
	db, _ := open(t, one("FLOAT", float32(math.Inf(1))))
	_, err := source.Query{DB: db, Text: "q"}.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrInfinite)
}

func TestADocumentIsReadUpToItsLimit(t *testing.T) {
	document := `{"at":"2026-03-04T07:00:00Z"}`
	at := func(limit int64, document string) error {
		_, err := source.HTTP{URL: serve(t, answers(document)).URL, Field: "at", MaxBodyBytes: limit}.Landings(t.Context())
		return err
	}
	n := int64(len(document))
	require.NoError(t, at(n, document))
	require.ErrorContains(t, at(n-1, document), fmt.Sprintf("the document is larger than %d bytes", n-1))
	require.ErrorContains(t, at(1, document), "larger than 1 bytes")
	padded := document + strings.Repeat(" ", 1<<20-len(document))
	for _, limit := range []int64{0, -1} {
		require.NoError(t, at(limit, padded))
		require.ErrorContains(t, at(limit, padded+" "), "larger than 1048576 bytes")
	}
}

func TestFiveRedirectsAreFollowed(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		if fmt.Sscanf(r.URL.Path, "/%d", &n); n > 0 {
			http.Redirect(w, r, fmt.Sprintf("/%d", n-1), http.StatusFound)
			return
		}
		fmt.Fprint(w, `{"at":"2026-03-04T07:00:00Z"}`)
	})
	_, err := source.HTTP{URL: server.URL + "/5", Field: "at"}.Landings(t.Context())
	require.NoError(t, err)
	_, err = source.HTTP{URL: server.URL + "/6", Field: "at"}.Landings(t.Context())
	require.ErrorContains(t, err, "a redirect that is not allowed")
	require.ErrorContains(t, err, "more than 5 in a row")
}

// Whoever allows a host allows a redirect to it, but for one that leaves https.
func TestARedirectMayGoFromHTTPToHTTPS(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		allowed        bool
	}{
		{"to https", "http://data.example", "https://data.example", true},
		{"https to https", "https://data.example", "https://data.example", true},
		{"http to http", "http://data.example", "http://data.example", true},
		{"https to http", "https://data.example", "http://data.example", false},
		{"http to another scheme", "http://data.example", "ftp://data.example", false},
		{"https to another scheme", "https://data.example", "ftp://data.example", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			first := true
			_, err := source.HTTP{URL: tt.from + "/x", Transport: transport(func(r *http.Request) (*http.Response, error) {
				w := httptest.NewRecorder()
				if first {
					first = false
					w.Header().Set("Location", tt.to+"/y")
					w.WriteHeader(http.StatusFound)
				}
				w.Header().Set("Last-Modified", seven.Format(http.TimeFormat))
				return w.Result(), nil
			})}.Landings(t.Context())
			if tt.allowed {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "a redirect that is not allowed")
			require.ErrorContains(t, err, "it leaves https")
		})
	}
}

func TestAServerThatKnowsNoHeadIsAskedOnce(t *testing.T) {
	for _, status := range []int{http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusNotFound} {
		var asked []string
		server := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method)
			w.WriteHeader(status)
		})
		_, err := source.HTTP{URL: server.URL}.Landings(t.Context())
		require.ErrorContains(t, err, "the server returned status ")
		require.ErrorContains(t, err, fmt.Sprintf("status %d", status))
		want := []string{"HEAD", "GET"}
		if status == http.StatusNotFound {
			want = want[:1]
		}
		assert.Equal(t, want, asked, "status %d", status)
		asked = nil
		_, err = source.HTTP{URL: server.URL, Field: "at"}.Landings(t.Context())
		require.ErrorContains(t, err, "the server returned status ")
		assert.Equal(t, []string{"GET"}, asked, "status %d", status)
	}
}

func TestALastModifiedThatIsNoInstantIsRefused(t *testing.T) {
	for text, want := range map[string]error{
		"Sat, 01 Jan 0000 00:00:00 GMT": source.ErrRange,
		"yesterday":                     source.ErrNotInstant,
	} {
		server := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Last-Modified", text) })
		_, err := source.HTTP{URL: server.URL}.Landings(t.Context())
		require.ErrorIs(t, err, want)
		var bad *source.ValueError
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, source.ValueError{Column: "Last-Modified", Value: text, Err: want}, *bad)
	}
}

func TestAURLThatIsNotOneOfTheWebIsRefused(t *testing.T) {
	for _, address := range []string{"", "data.example", "http://", "http:///x", "http://a b/", "ftp://data.example", "//data.example"} {
		_, err := source.HTTP{URL: address}.Landings(t.Context())
		require.EqualError(t, err, "source: HTTP.URL is not an http or https URL with a host", address)
	}
}

// Nothing of a URL but its host shows: not on the next hop, and not in an error.
func TestNothingOfAURLIsHandedOn(t *testing.T) {
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		assert.Empty(t, r.Header.Get("Referer"))
		switch r.URL.Path {
		case "/first":
			http.Redirect(w, r, "/second", http.StatusFound)
		case "/nowhere":
			w.Header().Set("Location", "::secret")
			w.WriteHeader(http.StatusFound)
		default:
			fmt.Fprint(w, `{"at":"2026-03-04T07:00:00Z"}`)
		}
	})
	_, err := source.HTTP{URL: server.URL + "/first?token=secret", Field: "at"}.Landings(t.Context())
	require.NoError(t, err)
	const hidden = ": the server redirects to a URL that cannot be used"
	_, err = source.HTTP{URL: server.URL + "/nowhere", Field: "at"}.Landings(t.Context())
	require.ErrorContains(t, err, hidden)
	_, err = source.HTTP{URL: "http://data.example", Transport: transport(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("cannot reach http://data.example/?token=secret")
	})}.Landings(t.Context())
	require.EqualError(t, err, "source: http: data.example"+hidden)
	_, err = source.HTTP{URL: "http://data.example", Transport: transport(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("no route")
	})}.Landings(t.Context())
	require.EqualError(t, err, "source: http: data.example: no route")
}

func TestAFolderThatCannotBeReadLeavesNoFile(t *testing.T) {
	newest, ok, err := source.Files{FS: broken{tree()}, Pattern: "orders/*/*.csv"}.Newest(t.Context())
	require.ErrorIs(t, err, errUnreadable)
	assert.False(t, ok)
	assert.Zero(t, newest)
}

func TestAnETagIsComparedWithoutItsMarkOfWeakness(t *testing.T) {
	for _, tt := range []struct {
		name, before, after string
		landed              bool
	}{
		{"another", `"1"`, `"2"`, true},
		{"weak and strong", `W/"1"`, `"1"`, false},
		{"weak, another", `W/"1"`, `W/"2"`, true},
		{"a letter without quotes", `W`, `X`, true},
		{"a mark alone", `W/`, `"2"`, true},
		{"of 1024 bytes", strings.Repeat("x", 1024), `"2"`, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resource := &tagged{tag: tt.before, status: 200}
			mock := clock.NewMock()
			mock.Set(seven)
			s := &source.ETag{HTTP: source.HTTP{URL: serve(t, resource.ServeHTTP).URL}, Clock: mock}
			_, err := s.Landings(t.Context())
			require.ErrorIs(t, err, source.ErrNoChange)
			tag, at := s.Seen()
			assert.Equal(t, tt.before, tag)
			assert.Zero(t, at)
			resource.set(tt.after, 200)
			landed, err := s.Landings(t.Context())
			if !tt.landed {
				require.ErrorIs(t, err, source.ErrNoChange)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, freshness.Landings{{At: seven, Metadata: true}}, landed)
			tag, at = s.Seen()
			assert.Equal(t, tt.after, tag)
			assert.Equal(t, seven, at)
		})
	}
}

func TestAnETagForgetsWhatItIsToldToForget(t *testing.T) {
	resource := &tagged{tag: `"2"`, status: 200}
	s := &source.ETag{HTTP: source.HTTP{URL: serve(t, resource.ServeHTTP).URL}}
	s.Remember(`"1"`, time.Time{})
	landed, err := s.Landings(t.Context())
	require.NoError(t, err, "it changed since")
	assert.Len(t, landed, 1)
	s.Remember("", time.Time{})
	_, err = s.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrNoChange, "nothing is remembered")
	unmodified := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	_, err = (&source.ETag{HTTP: source.HTTP{URL: unmodified.URL}}).Landings(t.Context())
	require.ErrorContains(t, err, "the server returned status 304", "not modified since what?")
}

// A look that another one has overtaken does not put back what that saw.
func TestALookThatIsOvertakenChangesNothing(t *testing.T) {
	mock := clock.NewMock()
	mock.Set(seven)
	s := &source.ETag{Clock: mock}
	s.HTTP = source.HTTP{URL: "http://data.example", Transport: transport(func(*http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		w.Header().Set("ETag", `"old"`)
		s.Remember(`"new"`, seven.Add(-time.Hour))
		return w.Result(), nil
	})}
	s.Remember(`"older"`, seven.Add(-2*time.Hour))
	landed, err := s.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.Landings{{At: seven.Add(-time.Hour), Metadata: true}}, landed)
	tag, _ := s.Seen()
	assert.Equal(t, `"new"`, tag)
}

func TestAFileOfTheLeastSizeCounts(t *testing.T) {
	for least, want := range map[int64]string{
		0: "part-2.csv", -1: "part-2.csv", 1: "part-1.csv", 20: "part-1.csv", 21: "part-0.csv", 30: "part-0.csv", 31: "",
	} {
		newest, ok, err := source.Files{FS: tree(), Pattern: "orders/2026-03-04/part-*", MinBytes: least}.Newest(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want != "", ok)
		assert.Equal(t, want, strings.TrimPrefix(newest.Name, "orders/2026-03-04/"), "at least %d bytes", least)
	}
}

// A pattern is split at its slashes, and each part must be one by itself.
func TestAPatternWithASlashInBracketsIsAnError(t *testing.T) {
	_, ok, err := source.Files{FS: tree(), Pattern: "orders/[a/b]*"}.Newest(t.Context())
	require.EqualError(t, err, "source: files: syntax error in pattern")
	assert.False(t, ok)
}

// until is a file system that cancels a context when a folder is read.
type until struct {
	fs.FS
	cancel context.CancelFunc
}

func (u until) ReadDir(name string) ([]fs.DirEntry, error) {
	u.cancel()
	return fs.ReadDir(u.FS, name)
}

func TestTheWalkEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	newest, ok, err := source.Files{FS: until{tree(), cancel}, Pattern: "orders/*"}.Newest(ctx)
	require.ErrorIs(t, err, context.Canceled)
	assert.False(t, ok)
	assert.Zero(t, newest)
}

func TestAnErrorOfAPathNamesTheStep(t *testing.T) {
	for _, tt := range []struct{ document, field, want string }{
		{`{"a":[1]}`, "a[1]", `no field "a[1]" in the document: step 2 of the path is not there`},
		{`{"a":[1]}`, "a[0].b", `no field "a[0].b" in the document: step 3 of the path is not there`},
		{`["2026-03-04T07:00:00Z"]`, "a", `no field "a" in the document: step 1 of the path is not there`},
		{`{"":"2026-03-04T07:00:00Z"}`, "[0]", `no field "[0]" in the document: step 1 of the path is not there`},
		{`{}`, "a.", `the path "a.": an empty key before ""`},
		{`{}`, ".a", `the path ".a": an empty key before ".a"`},
		{`{}`, `["a"`, `the path "[\"a\"": no end of the key in "[\"a\""`},
		{`{}`, `["a"x]`, `the path "[\"a\"x]": no end of the key in "[\"a\"x]"`},
	} {
		server := serve(t, answers(tt.document))
		_, err := source.HTTP{URL: server.URL, Field: tt.field}.Landings(t.Context())
		require.ErrorContains(t, err, ": "+tt.want)
	}
	server := serve(t, answers(`[["2026-03-04T07:00:00Z"]]`))
	landed, err := source.HTTP{URL: server.URL, Field: "[0][0]"}.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, freshness.LandedAt(seven), landed)
}
