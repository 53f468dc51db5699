package contract_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/contract"
)

const orders = `{
	"apiVersion": "v3.1.0",
	"kind": "DataContract",
	"id": "orders",
	"name": "Orders",
	"team": {"members": [{"username": "ada"}]},
	"slaProperties": [
		{"property": "latency", "value": 4, "unit": "h", "element": "mart.orders.loaded_at", "driver": "analytics"},
		{"property": "timeOfAvailability", "value": "07:00", "element": "mart.orders", "driver": "regulatory"},
		{"property": "retention", "value": 3, "unit": "y"}
	],
	"schema": [{"name": "mart.orders"}, {"name": "mart.refunds"}]
}`

func ExampleOptions_Read() {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		panic(err)
	}
	options := contract.Options{
		Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day), Location: dublin,
		Tiers: map[string]sla.Tier{"regulatory": sla.Primary, "analytics": sla.Tertiary},
		Asset: func(object string) string { return "warehouse." + object },
	}
	file, err := options.Read(json.RawMessage(orders))
	fmt.Println(file.SLA.Title(), file.SLA.Tier, file.SLA.Owners, err)
	for _, o := range file.SLA.Objectives {
		fmt.Printf("%s %s %q %v\n", o.Name, o.Asset, file.Columns[o.Name], o.Target)
	}
	for _, note := range file.Notes {
		fmt.Println(note)
	}
	// Output:
	// Orders primary [ada] <nil>
	// latency warehouse.mart.orders "loaded_at" 99%
	// timeOfAvailability warehouse.mart.orders "" 99%
	// slaProperties[2].property: "retention" is no promise that can be measured here (line 10, offset 385)
}

func ExampleOptions_Read_faults() {
	options := contract.Options{Target: sla.MustTarget("99%"), Window: sla.Rolling(30 * sla.Day)}
	_, err := options.Read(json.RawMessage(strings.Replace(orders, `"h"`, `"month"`, 1)))
	fmt.Println(err)
	// Output:
	// slaProperties[0].unit: "month" has no fixed length: give days (line 8, offset 199)
	// slaProperties[1].unit: is missing: want a time zone, as Europe/Dublin (line 9, offset 270)
}
