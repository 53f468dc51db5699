package contract_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/contract"
)

// A testCase is one row of testdata/odcs.json, whose head says how to read it.
type testCase struct {
	ID, What                string
	Property, ServiceLevels json.RawMessage
	Objective               *expected
	Objectives              []expected
	Tier                    string
	Notes, Errors           []string
	Also                    []json.RawMessage
}

type expected struct {
	Name, Asset, Column, Target string
	Freshness                   json.RawMessage
}

func options() contract.Options {
	return contract.Options{Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)}
}

func cases(t testing.TB) []testCase {
	data, err := os.ReadFile("testdata/odcs.json")
	require.NoError(t, err)
	var file struct {
		Count int
		Cases []testCase
	}
	require.NoError(t, json.Unmarshal(data, &file))
	require.Len(t, file.Cases, file.Count)
	return file.Cases
}

// document returns the contract around a row, and the path of the row in it.
func (c testCase) document() (text, path string) {
	if c.ServiceLevels != nil {
		return `{"dataContractSpecification": "1.2.1", "id": "c", "info": {"title": "(contract)"}, "servicelevels": ` +
			string(c.ServiceLevels) + "}", ""
	}
	return standard(string(c.Property)), "slaProperties[0]."
}

func standard(property string) string {
	return `{"apiVersion": "v3.1.0", "kind": "DataContract", "id": "c", "name": "(contract)",
"slaProperties": [` + property + "]}"
}

// faults returns what an error joins.
func faults(t testing.TB, err error) (list []*sla.FieldError) {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range joined.Unwrap() {
			list = append(list, faults(t, one)...)
		}
		return list
	}
	var fault *sla.FieldError
	require.True(t, errors.As(err, &fault), "%v", err)
	return []*sla.FieldError{fault}
}

func paths(list []*sla.FieldError) []string {
	texts := make([]string, len(list))
	for i, f := range list {
		texts[i] = f.Path
	}
	return texts
}

// TestCases reads every row of odcs.json.
func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.ID+" "+c.What, func(t *testing.T) {
			text, path := c.document()
			file, err := options().Read(json.RawMessage(text))
			assert.Equal(t, under(path, c.Errors), paths(faults(t, err)))
			assert.ElementsMatch(t, under(path, c.Notes), paths(file.Notes))
			c.check(t, file)
			for _, value := range c.Also {
				c.again(t, value)
			}
		})
	}
}

func under(path string, fields []string) []string {
	list := make([]string, len(fields))
	for i, field := range fields {
		list[i] = path + field
	}
	return list
}

// again holds that a row with another value has the same faults.
func (c testCase) again(t *testing.T, value json.RawMessage) {
	var property map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(c.Property, &property))
	property["value"] = value
	changed, err := json.Marshal(property)
	require.NoError(t, err)
	_, err = options().Read(json.RawMessage(standard(string(changed))))
	assert.Equal(t, under("slaProperties[0].", c.Errors), paths(faults(t, err)), string(value))
}

func (c testCase) check(t *testing.T, file contract.File) {
	want := c.Objectives
	if c.Objective != nil {
		want = append(want, *c.Objective)
	}
	require.Len(t, file.SLA.Objectives, len(want))
	if c.Tier != "" {
		assert.Equal(t, c.Tier, file.SLA.Tier.String())
	}
	for i, o := range want {
		got := file.SLA.Objectives[i]
		assert.Equal(t, o.Name, got.Name)
		assert.Equal(t, o.Asset, got.Asset)
		assert.Equal(t, o.Column, file.Columns[o.Name])
		if o.Target == "" {
			o.Target = "99%"
		}
		assert.Equal(t, o.Target, got.Target.String())
		assert.Equal(t, "rolling 30d", got.Window.String())
		if o.Freshness == nil {
			assert.Nil(t, got.Freshness)
			continue
		}
		policy, err := freshness.EncodePolicy(got.Freshness)
		require.NoError(t, err)
		assert.JSONEq(t, string(o.Freshness), string(policy))
	}
}

func TestValues(t *testing.T) {
	for _, tt := range []struct{ property, want string }{
		{`"property": "latency", "value": "90m"`, `{"max_age":{"fail":"1h30m0s","skew":"1m0s"}}`},
		{`"property": "latency", "value": "2 Hours"`, `{"max_age":{"fail":"2h0m0s","skew":"1m0s"}}`},
		{`"property": "latency", "value": "2h", "unit": "hours"`, `{"max_age":{"fail":"2h0m0s","skew":"1m0s"}}`},
		{`"property": "latency", "value": "2h", "unit": "d"`, `unit: is another unit than that of the value, "h"`},
		{`"property": "latency", "value": 2`, "unit: is missing"},
		{`"property": "latency", "value": 2, "unit": 7`, "unit: want text in quotes, not 7"},
		{`"property": "latency", "value": 2, "unit": "y"`, `unit: "y" has no fixed length: give days`},
		{`"property": "latency", "value": 2, "unit": "month"`, `unit: "month" has no fixed length: give days`},
		{`"property": "latency", "value": 2, "unit": "M"`, `unit: "M" has no fixed length: give days`},
		{`"property": "latency"`, "value: is missing"},
		{`"property": "latency", "value": 300, "unit": "h"`, `{"max_age":{"fail":"300h0m0s","skew":"1m0s"}}`},
		{`"property": "latency", "value": 16000, "unit": "w"`, "value: 16000 is no length in whole nanoseconds of at most 292 years"},
		{`"property": "latency", "value": 0.0000001, "unit": "ms"`, "value: 0.0000001 is no length in whole nanoseconds of at most 292 years"},
		{`"property": "latency", "value": 1e3, "unit": "s"`, "value: 1e3 is no length such as 4 with a unit, 90m or PT1H30M"},
		{`"property": "latency", "value": "PT1.5H"`, `{"max_age":{"fail":"1h30m0s","skew":"1m0s"}}`},
		{`"property": "latency", "value": "P1WT1M1S"`, `{"max_age":{"fail":"168h1m1s","skew":"1m0s"}}`},
		{`"property": "latency", "value": "P1Y"`, `value: "P1Y" has no fixed length: give days`},
		{`"property": "latency", "value": "PT"`, `value: "PT" is no length such as`},
		{`"property": "latency", "value": "P"`, `value: "P" is no length such as`},
		{`"property": "latency", "value": "PT0S"`, `value: "PT0S" is no length such as`},
		{`"property": "latency", "value": "P1H"`, `value: "P1H" is no length such as`},
		{`"property": "latency", "value": "P1"`, `value: "P1" is no length such as`},
		{`"property": "frequency", "value": "Hourly"`, `{"cadence":{"every":"1h0m0s","skew":"1m0s"}}`},
		{`"property": "Fy", "value": "weekly"`, `{"cadence":{"every":"168h0m0s","skew":"1m0s"}}`},
		{`"property": "frequency", "value": "monthly"`, `value: "monthly" has no fixed length: give days`},
		{`"property": "errorRate", "value": 0.1, "unit": "%"`, "99.9%"},
		{`"property": "errorRate", "value": "100%"`, `value: "100%" promises nothing`},
		{`"property": "availability", "value": 100`, "zero tolerance"},
		{`"property": "availability", "value": 101`, "value: 101 is no percentage"},
		{`"property": "availability", "value": 0.999`, "value: 0.999 could be a share or a percentage: give the unit"},
		{`"property": "availability", "value": 1`, "value: 1 could be a share or a percentage: give the unit"},
		{`"property": "availability", "value": 1.5`, "1.5%"},
		{`"property": "timeOfAvailability", "value": "09:00-12:00"`, `value: "09:00-12:00" can be a span or a time with its offset`},
		{`"property": "timeOfAvailability", "value": "09:00-12:01"`, "nothing"},
		{`"property": "timeOfAvailability", "value": "13:00-12:00"`, `{"deadline":{"due":"CRON_TZ=-12:00 0 13 * * *","skew":"1m0s"}}`},
		{`"property": "timeOfAvailability", "value": "09:00+14:00"`, `{"deadline":{"due":"CRON_TZ=+14:00 0 9 * * *","skew":"1m0s"}}`},
		{`"property": "availability", "value": 99.12345678`, "value: 99.12345678 has more than 7 decimals"},
		{`"property": "availability", "value": true`, "value: true is no percentage"},
		{`"property": "availability"`, "value: is missing"},
		{`"property": "availability", "value": 99, "unit": "h"`, `unit: "h" is no unit of a share: want %`},
		{`"property": "timeOfAvailability", "value": "07:00"`, "unit: is missing: want a time zone, as Europe/Dublin"},
		{`"property": "timeOfAvailability", "value": "07:00", "unit": "Local"`, `unit: "Local" is not the name of an IANA time zone`},
		{`"property": "timeOfAvailability", "value": "07:00Z"`, `{"deadline":{"due":"0 7 * * *","skew":"1m0s"}}`},
		{`"property": "timeOfAvailability", "value": "09:00+05:30"`, `{"deadline":{"due":"CRON_TZ=+05:30 0 9 * * *","skew":"1m0s"}}`},
		{`"property": "timeOfAvailability", "value": "18:00-09:00"`, `{"deadline":{"due":"CRON_TZ=-09:00 0 18 * * *","skew":"1m0s"}}`},
		{`"property": "timeOfAvailability", "value": "09:00+00:00"`, `{"deadline":{"due":"0 9 * * *","skew":"1m0s"}}`},
		{`"property": "timeOfAvailability", "value": "08:00-18:00"`, "nothing"},
		{`"property": "timeOfAvailability", "value": "09:00+15:00"`, `value: "09:00+15:00" has no offset such as +05:30`},
		{`"property": "timeOfAvailability", "value": "14:00-13:00"`, `value: "14:00-13:00" has no offset such as +05:30`},
		{`"property": "timeOfAvailability", "value": "09:00+01:00", "unit": "UTC"`, "unit: is a zone beside the offset of the value"},
		{`"property": "timeOfAvailability", "value": "25:00", "unit": "UTC"`, `value: "25:00" is no time of day such as 07:00`},
		{`"property": "timeOfAvailability", "value": 7, "unit": "UTC"`, "value: 7 is no time of day such as 07:00"},
		{`"property": "timeOfAvailability"`, "value: is missing"},
		{`"property": "timeToDetect", "value": 7`, "nothing"},
		{`"value": 7`, "property: is missing"},
		{`"property": "latency", "value": "1h", "column": "x"`, "column: is of version 2: want element"},
	} {
		file, err := options().Read(json.RawMessage(standard(`{"element": "t", ` + tt.property + "}")))
		got := "nothing"
		switch {
		case err != nil:
			require.Len(t, faults(t, err), 1, "%v", err)
			got = strings.TrimPrefix(err.Error(), "slaProperties[0].")
		case len(file.SLA.Objectives) == 0:
		case file.SLA.Objectives[0].Freshness != nil:
			policy, err := freshness.EncodePolicy(file.SLA.Objectives[0].Freshness)
			require.NoError(t, err)
			got = string(policy)
		case file.SLA.Objectives[0].ZeroTolerance:
			got = "zero tolerance"
		default:
			got = file.SLA.Objectives[0].Target.String()
		}
		assert.True(t, strings.HasPrefix(got, tt.want), "%s: %s", tt.property, got)
	}
}

func TestTheContractItself(t *testing.T) {
	text := `{"apiVersion": "v3.0.2", "kind": "DataContract", "id": "c", "dataProduct": "Orders", "description": {"purpose": "Books."},
		"team": [{"username": "ada"}, {"username": "grace"}, {"username": "ada"}, {"role": "x"}],
		"schema": [{"name": "mart.orders"}, {"name": "mart"}], "slaDefaultElement": "mart.orders.at",
		"slaProperties": [{"property": "latency", "value": "1h", "driver": "analytics"},
			{"property": "latency", "value": "1h", "driver": "Regulatory"},
			{"property": "latency", "value": "1h", "element": "mart.at", "driver": "whim"}]}`
	o := options()
	o.Location = time.UTC
	o.Asset = func(object string) string { return "db." + object }
	file, err := o.Read(json.RawMessage(text))
	require.NoError(t, err)
	assert.Equal(t, "Orders\nBooks.", file.SLA.Description)
	assert.Equal(t, []string{"ada", "grace"}, file.SLA.Owners)
	assert.Equal(t, sla.Primary, file.SLA.Tier)
	var got []string
	for _, one := range file.SLA.Objectives {
		got = append(got, one.Name+" "+one.Asset+" "+file.Columns[one.Name])
	}
	assert.Equal(t, []string{"latency db.mart.orders at", "latency 2 db.mart.orders at", "latency 3 db.mart at"}, got)
	assert.Equal(t, []string{"slaProperties[2].driver"}, paths(file.Notes))

	for _, tt := range []struct{ old, new, want string }{
		{"v3.0.2", "v2.2.2", `apiVersion: "v2.2.2" is not read: want v3, or a dataContractSpecification`},
		{`"apiVersion": "v3.0.2",`, "", "apiVersion: is missing"},
		{`"kind": "DataContract",`, "", "kind: is missing"},
		{"DataContract", "Data", `kind: "Data" is not read: want DataContract`},
		{`"id": "c",`, "", "id: is missing"},
		{`"id": "c"`, `"id": "c\u001b"`, `id: "c\x1b" holds the control character U+001B`},
		{`"username": "ada"}, {"username": "grace"`, `"username": "a\u001b"}, {"username": "grace"`, `team: "a\x1b" holds`},
		{`"property": "latency"`, `"property": "latency", "id": "a/b"`, `slaProperties[0]: "a/b" holds a slash`},
	} {
		require.Contains(t, text, tt.old)
		_, err := o.Read(json.RawMessage(strings.Replace(text, tt.old, tt.new, 1)))
		require.ErrorContains(t, err, tt.want)
		assert.Len(t, faults(t, err), 1, "%v", err)
	}
	o.Target = sla.Target{}
	_, err = o.Read(json.RawMessage(text))
	assert.ErrorContains(t, err, "slaProperties[0]: does not say how often: set Options.Target")
	assert.Len(t, faults(t, err), 3)
	o.Target, o.Window = sla.MustTarget("99%"), sla.Window{}
	_, err = o.Read(json.RawMessage(text))
	assert.ErrorContains(t, err, "slaProperties[0]: has no window: set Options.Window")
	assert.Len(t, faults(t, err), 3)
	for _, text := range []string{"", "[", "[]", "null", "7"} {
		_, err := o.Read(json.RawMessage(text))
		assert.Error(t, err, text)
	}
}

// FuzzRead holds of every text that its faults and notes stand inside it, and that what is read is a
// valid SLA which reads back from its own JSON.
func FuzzRead(f *testing.F) {
	for _, c := range cases(f) {
		text, _ := c.document()
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := options()
		o.Location = time.UTC
		file, err := o.Read(data)
		for _, fault := range append(faults(t, err), file.Notes...) {
			if !strings.Contains(fault.Error(), "more fault") {
				require.LessOrEqual(t, fault.Offset, len(data))
				require.Equal(t, 1+strings.Count(string(data[:fault.Offset]), "\n"), fault.Line)
			}
		}
		if err != nil {
			require.Empty(t, file.SLA.ID)
			return
		}
		require.NoError(t, file.SLA.Validate())
		text, err := json.Marshal(file.SLA)
		require.NoError(t, err)
		var back sla.SLA
		require.NoError(t, back.UnmarshalJSON(text))
	})
}

func TestTheDataContractSpecification(t *testing.T) {
	text := `{"dataContractSpecification": "1.2.1", "id": "c", "info": {"title": "Orders", "description": "Books.", "owner": "web"},
		"models": {"orders": {}}, "servicelevels": {"availability": {"percentage": "99.9%"}, "retention": {"period": "P1Y"},
		"latency": {"threshold": "25h", "sourceTimestampField": "orders.a", "processedTimestampField": "orders.b"},
		"frequency": {"interval": "hourly"}}}`
	file, err := options().Read(json.RawMessage(text))
	require.NoError(t, err)
	assert.Equal(t, []string{"web"}, file.SLA.Owners)
	assert.Equal(t, "Books.", file.SLA.Description)
	assert.Equal(t, []string{"servicelevels.retention", "servicelevels.latency.sourceTimestampField"}, paths(file.Notes))
	var got []string
	for _, o := range file.SLA.Objectives {
		got = append(got, o.Name+" "+o.Asset+" "+o.Target.String()+" "+file.Columns[o.Name])
	}
	assert.Equal(t, []string{"availability orders 99.9% ", "latency orders 99% b", "frequency orders 99% "}, got)

	_, err = options().Read(json.RawMessage(strings.Replace(text, "25h", "soon", 1)))
	assert.Equal(t, []string{"servicelevels.latency.threshold"}, paths(faults(t, err)))
}
