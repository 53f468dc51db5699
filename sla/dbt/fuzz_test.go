package dbt_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/dbt"
)

// seed adds every file of one directory of testdata, whole and broken.
func seed(f *testing.F, dir string) {
	for _, name := range names(f, dir) {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
		f.Add(data[:len(data)*2/3])
	}
	f.Add([]byte("<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> b\n"))
	f.Add([]byte(`{"metadata":{"dbt_schema_version":"https://schemas.getdbt.com/dbt/` +
		strings.ReplaceAll(dir, "_", "-") + `/v99.json"}}`))
	f.Add([]byte("\xef\xbb\xbf{\"a\":\"\\ud800\xff\",\"b\":[1e9,-0,true,null]}"))
}

// fuzz checks what holds of every reader and every input: a file that is read is JSON, an error is
// a *sla.FieldError within the file, and neither depends on how the bytes arrive.
func fuzz[T any](t *testing.T, data []byte, read func(io.Reader) (*T, error)) *T {
	file, err := read(bytes.NewReader(data))
	again, errAgain := read(iotest.HalfReader(bytes.NewReader(data)))
	if !reflect.DeepEqual(file, again) || (err == nil) != (errAgain == nil) {
		t.Fatalf("read differently in pieces: %v, %v", err, errAgain)
	}
	if err == nil {
		if !json.Valid(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))) {
			t.Fatalf("read what is not JSON")
		}
		return file
	}
	var fault *sla.FieldError
	if file != nil || !errors.As(err, &fault) {
		t.Fatalf("want nothing and a *sla.FieldError, not %v and %v", file, err)
	}
	if fault.Offset < 0 || fault.Offset > len(data) || fault.Line < 1 ||
		fault.Line > 1+bytes.Count(data, []byte("\n")) {
		t.Fatalf("%v is outside of the file", err)
	}
	return nil
}

func FuzzReadSources(f *testing.F) {
	seed(f, "sources")
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		file := fuzz(t, data, dbt.ReadSources)
		if file == nil {
			return
		}
		for _, row := range file.Results {
			if policy, ok := row.Criteria.Policy(); ok && policy.Validate() != nil {
				t.Fatalf("%+v gives a policy that is not valid: %v", row.Criteria, policy.Validate())
			}
			if r := row.Result(); row.Err != nil && r.Err == nil {
				t.Fatalf("%v is forgotten in %v", row.Err, r)
			}
		}
		if len(file.Check(now)) != len(file.Results) {
			t.Fatal("a row is missing")
		}
	})
}

func FuzzReadManifest(f *testing.F) {
	seed(f, "manifest")
	f.Fuzz(func(t *testing.T, data []byte) {
		file := fuzz(t, data, dbt.ReadManifest)
		if file == nil {
			return
		}
		edges := file.Edges()
		for _, e := range edges {
			if e.From == "" {
				t.Fatalf("an edge from nowhere: %+v", edges)
			}
		}
		file.DraftSLAs(sla.MustTarget("99%"), sla.Rolling(sla.Day))
		for _, c := range file.Checks(nil) {
			file.AssetsOf(c.Asset)
		}
	})
}

func FuzzReadRunResults(f *testing.F) {
	seed(f, "run_results")
	f.Fuzz(func(t *testing.T, data []byte) {
		file := fuzz(t, data, dbt.ReadRunResults)
		if file == nil {
			return
		}
		for _, o := range file.Results {
			if _, ok := o.Landed(); ok && o.Status != dbt.StatusSuccess {
				t.Fatalf("%s landed though it was not built", o.Summary())
			}
			file.Landings(o.ID)
		}
	})
}
