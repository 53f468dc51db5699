package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/sla"
)

//go:embed testdata/covid-19-nightly.csv testdata/sla.json
var embedded embed.FS

// read returns the content of a file, and that of an embedded one if no file is named.
func read(name, fallback string) ([]byte, error) {
	if name == "" {
		return embedded.ReadFile("testdata/" + fallback)
	}
	return os.ReadFile(name)
}

func readLandings(name string) (freshness.Landings, error) {
	text, err := read(name, "covid-19-nightly.csv")
	if err != nil {
		return nil, err
	}
	landed, err := history.ReadLandings(bytes.NewReader(text))
	if err == nil && len(landed) == 0 {
		err = errors.New("no landing in it: there is nothing to replay")
	}
	return landed, inFile(name, err)
}

func readSLA(name string) (promise sla.SLA, err error) {
	text, err := read(name, "sla.json")
	if err != nil {
		return promise, err
	}
	return promise, inFile(name, json.Unmarshal(text, &promise))
}

// inFile returns an error with the file's name in front of each of its lines.
func inFile(name string, err error) error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range joined.Unwrap() {
			all = append(all, inFile(name, e))
		}
		return errors.Join(all...)
	}
	return fmt.Errorf("%s: %w", name, err)
}
