package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// awareTypes are the column types whose values are instants, whatever the session's zone.
var awareTypes = map[string]bool{
	"TIMESTAMPTZ": true, "TIMESTAMP WITH TIME ZONE": true, "TIMESTAMP WITH LOCAL TIME ZONE": true,
	"DATETIMEOFFSET": true, "TIMESTAMP_TZ": true, "TIMESTAMP_LTZ": true,
}

// read returns the instant of a driver's value, and false for NULL.
func (f Format) read(value any, databaseType string, d Dialect) (at time.Time, landed bool, err error) {
	switch v := value.(type) {
	case nil:
		return time.Time{}, false, nil
	case time.Time:
		at, err = f.clock(v, databaseType, d)
	case string:
		at, err = f.Parse(v)
	case []byte:
		at, err = f.Parse(string(v))
	case json.Number:
		at, err = f.scientific(v.String())
	default:
		at, err = f.kind(reflect.ValueOf(value))
	}
	return at, err == nil, err
}

// kind reads a number of any size: MySQL's driver hands out uint64 and float32, although
// database/sql lists neither.
func (f Format) kind(v reflect.Value) (time.Time, error) {
	switch {
	case v.CanInt():
		return f.number(strconv.FormatInt(v.Int(), 10))
	case v.CanUint():
		return f.number(strconv.FormatUint(v.Uint(), 10))
	case v.CanFloat() && math.IsInf(v.Float(), 0):
		return time.Time{}, badValue(fmt.Sprint(v), errInfinite)
	case v.CanFloat() && !math.IsNaN(v.Float()):
		return f.number(strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits()))
	}
	return time.Time{}, badValue(fmt.Sprintf("%v, a %s", v, v.Type()), ErrNotInstant)
}

// scientific reads a JSON number, which may have an exponent.
func (f Format) scientific(text string) (time.Time, error) {
	if !strings.ContainsAny(text, "eE") {
		return f.number(text)
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(v) > math.MaxInt64 {
		return time.Time{}, badValue(text, ErrNotInstant)
	}
	return f.number(strconv.FormatFloat(v, 'f', -1, 64))
}

// clock returns the instant of a driver's time.Time. For a column without a zone the driver made up
// the location, UTC or that of MySQL's DSN, so that only what the clock shows counts. Any other
// offset stood in the text: SQLite's drivers parse text with an offset although its column is
// declared without.
func (f Format) clock(t time.Time, databaseType string, d Dialect) (time.Time, error) {
	name := strings.ToUpper(databaseType)
	if _, offset := t.Zone(); awareTypes[name] || offset != 0 && d != DialectBacktick {
		return inYears(t, t.String())
	}
	if d == DialectBacktick && t.IsZero() {
		return time.Time{}, badValue("0000-00-00", errZeroDate) // as MySQL's driver hands it out
	}
	return f.settle(t, false, t.Format("2006-01-02 15:04:05.999999999"))
}

// named puts the name and the type of a column into an error about its value.
func named(err error, column, databaseType string) error {
	var bad *ValueError
	if errors.As(err, &bad) {
		bad.Column, bad.Type = column, databaseType
	}
	return err
}

// scanned turns a driver's refusal of infinity into errInfinite: older drivers of PostgreSQL cannot
// return it. An error of the server itself has a state, and may name a table that is called so.
func scanned(err error) error {
	var server interface{ SQLState() string }
	if !errors.As(err, &server) && strings.Contains(strings.ToLower(err.Error()), "infinity") {
		return fmt.Errorf("%w (%w)", errInfinite, err)
	}
	return err
}
