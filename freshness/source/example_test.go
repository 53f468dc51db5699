package source_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing/fstest"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

// pretend opens a database whose every query answers one row. Yours comes from sql.Open.
func pretend(databaseType string, values ...driver.Value) *sql.DB {
	return sql.OpenDB(row{databaseType, values, new(bool)})
}

// A row is a database, its connection and its answer in one.
type row struct {
	databaseType string
	values       []driver.Value
	read         *bool
}

func (r row) Connect(context.Context) (driver.Conn, error) { return r, nil }
func (r row) Driver() driver.Driver                        { return nil }
func (r row) Prepare(string) (driver.Stmt, error)          { return nil, errors.ErrUnsupported }
func (r row) Begin() (driver.Tx, error)                    { return nil, errors.ErrUnsupported }
func (r row) Close() error                                 { return nil }
func (r row) ColumnTypeDatabaseTypeName(int) string        { return r.databaseType }
func (r row) Columns() (names []string) {
	for range r.values {
		names = append(names, "max")
	}
	return names
}

func (r row) QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error) {
	*r.read = false
	return r, nil
}

func (r row) Next(into []driver.Value) error {
	if *r.read {
		return io.EOF
	}
	*r.read = true
	copy(into, r.values)
	return nil
}

// pretender is a web server without a network. Leave Transport out in a program.
type pretender struct {
	header http.Header
	body   string
}

func (p pretender) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: p.header, Body: io.NopCloser(strings.NewReader(p.body))}, nil
}

// A check asks its source, and judges what it reports.
func Example() {
	check := freshness.Check{
		Name: "orders are fresh", Asset: "mart.orders",
		Policy: freshness.MaxAge{Fail: 24 * time.Hour},
		Source: source.Table{
			DB:   pretend("TIMESTAMPTZ", time.Date(2026, 3, 4, 6, 10, 0, 0, time.UTC)),
			Name: []string{"mart", "orders"}, Column: "loaded_at",
		},
	}
	result := check.Run(context.Background(), time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC))
	fmt.Println(result.Asset, result.Status, result.Age)
	// Output: mart.orders fresh 50m0s
}

func ExampleFunc() {
	last := source.Func(func(ctx context.Context) (freshness.Landings, error) {
		return freshness.LandedAt(time.Date(2026, 3, 4, 6, 10, 0, 0, time.UTC)), nil
	})
	landed, err := last.Landings(context.Background())
	fmt.Println(landed[0].At.Format(time.RFC3339), err)
	// Output: 2026-03-04T06:10:00Z <nil>
}

// A column without a zone is refused until DefaultLocation names the clock that it was read from.
func ExampleTable() {
	orders := source.Table{
		DB:   pretend("TIMESTAMP", time.Date(2026, 3, 4, 7, 10, 0, 0, time.UTC)),
		Name: []string{"mart", "orders"}, Column: "loaded_at",
	}
	_, err := orders.Landings(context.Background())
	fmt.Println(errors.Is(err, source.ErrNoZone))

	orders.Format.DefaultLocation = time.FixedZone("CET", 3600)
	landed, err := orders.Landings(context.Background())
	fmt.Println(landed[0].At.Format(time.RFC3339), err)
	// Output:
	// true
	// 2026-03-04T06:10:00Z <nil>
}

func ExampleQuery() {
	loads := source.Query{
		DB:     pretend("BIGINT", int64(1772604600)),
		Text:   "SELECT max(finished) FROM loads WHERE job = $1 AND ok",
		Args:   []any{"orders"},
		Format: source.Format{EpochUnit: time.Second},
	}
	landed, err := loads.Landings(context.Background())
	fmt.Println(landed[0].At.Format(time.RFC3339), err)
	// Output: 2026-03-04T06:10:00Z <nil>
}

// Two assets, two sources, one query. NULL means that nothing has landed.
func ExampleBatch() {
	batch := &source.Batch{
		DB: pretend("TIMESTAMPTZ", time.Date(2026, 3, 4, 6, 10, 0, 0, time.UTC), nil),
		Tables: map[string]source.Table{
			"mart.orders":  {Name: []string{"mart", "orders"}, Column: "loaded_at"},
			"mart.returns": {Name: []string{"mart", "returns"}, Column: "loaded_at"},
		},
		MaxAge: time.Minute,
	}
	for _, asset := range []string{"mart.orders", "mart.returns"} {
		landed, err := batch.Source(asset).Landings(context.Background())
		fmt.Println(asset, len(landed), err)
	}
	// Output:
	// mart.orders 1 <nil>
	// mart.returns 0 <nil>
}

func ExampleDialect_Quote() {
	name, err := source.DialectBacktick.Quote("mart", "orders`; DROP TABLE x")
	fmt.Println(name, err)
	// Output: `mart`.`orders``; DROP TABLE x` <nil>
}

// A local time that clocks showed twice is read as the earlier one.
func ExampleFormat_Parse() {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	at, err := source.Format{DefaultLocation: berlin}.Parse("2026-10-25 02:30:00")
	fmt.Println(at.Format(time.RFC3339), err)
	_, err = source.Format{}.Parse("2026-10-25 02:30:00")
	fmt.Println(err)
	// Output:
	// 2026-10-25T00:30:00Z <nil>
	// source: a timestamp without a zone: set Format.DefaultLocation to its location: "2026-10-25 02:30:00"
}

func ExampleValueError() {
	_, err := source.Query{DB: pretend("DATETIME", []byte("0000-00-00 00:00:00")), Text: "SELECT …"}.Landings(context.Background())
	var bad *source.ValueError
	if errors.As(err, &bad) {
		fmt.Println(bad.Column, bad.Type, bad.Value, errors.Is(err, source.ErrNotInstant))
	}
	// Output: max DATETIME 0000-00-00 00:00:00 true
}

func ExampleFiles() {
	exports := source.Files{
		FS: fstest.MapFS{ // os.DirFS("/exports") in a program
			"orders/2026-03-03.csv": {Data: []byte("a,b\n"), ModTime: time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC)},
			"orders/2026-03-04.csv": {ModTime: time.Date(2026, 3, 4, 6, 0, 0, 0, time.UTC)}, // still empty
		},
		Pattern: "orders/*.csv", MinBytes: 1,
	}
	landed, err := exports.Landings(context.Background())
	fmt.Println(landed[0].At.Format(time.RFC3339), err)
	// Output: 2026-03-03T06:00:00Z <nil>
}

func ExampleFile() {
	exports := source.Files{
		FS:      fstest.MapFS{"a.csv": {Data: []byte("a,b\n"), ModTime: time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC)}},
		Pattern: "*.csv",
	}
	newest, ok, err := exports.Newest(context.Background())
	fmt.Println(newest.Name, newest.Size, newest.Modified.Format(time.DateOnly), ok, err)
	// Output: a.csv 4 2026-03-03 true <nil>
}

func ExampleHTTP() {
	run := source.HTTP{
		URL: "https://jobs.example/runs/latest", Field: "runs[0].finished_at",
		MaxBodyBytes: 64 << 10, RedirectHosts: []string{"runs.jobs.example"},
		Transport: pretender{body: `{"runs": [{"finished_at": "2026-03-04T06:10:00Z"}]}`},
	}
	landed, err := run.Landings(context.Background())
	fmt.Println(landed[0].At.Format(time.RFC3339), err)
	// Output: 2026-03-04T06:10:00Z <nil>
}

// The first look tells the state as it is, and not since when.
func ExampleETag() {
	page := &source.ETag{HTTP: source.HTTP{
		URL: "https://data.example/prices.csv", Transport: pretender{header: http.Header{"Etag": {`"v7"`}}},
	}}
	_, err := page.Landings(context.Background())
	fmt.Println(errors.Is(err, source.ErrNoChange))

	page.Remember(`"v6"`, time.Date(2026, 3, 3, 6, 0, 0, 0, time.UTC)) // kept from an earlier run of the program
	landed, err := page.Landings(context.Background())
	fmt.Println(len(landed), err)
	tag, _ := page.Seen() // for the next run
	fmt.Println(tag)
	// Output:
	// true
	// 1 <nil>
	// "v7"
}

// Any mock clock will do: what asks the time takes one method.
func ExampleETag_clock() {
	page := &source.ETag{HTTP: source.HTTP{
		URL: "https://data.example/prices.csv", Transport: pretender{header: http.Header{"Etag": {`"v7"`}}},
	}, Clock: stoppedClock{time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC)}}
	page.Remember(`"v6"`, time.Time{})
	landed, err := page.Landings(context.Background())
	fmt.Println(landed[0].At.Format(time.RFC3339), err)
	// Output: 2026-03-04T07:00:00Z <nil>
}

type stoppedClock struct{ at time.Time }

func (c stoppedClock) Now() time.Time { return c.at }
