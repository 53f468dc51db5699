package sla_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/sla"
)

func ExampleAlert() {
	at := time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)
	alert := sla.Alert{
		SLA: "shop", Check: "shop/available", Asset: "svc.shop", Since: at, At: at, Firing: true,
		Burn: sla.Burn{
			Rule: sla.BurnRule{
				Name: "page-fast", Page: true, BurnRate: sla.MustBurnRate("14.4"), Long: time.Hour, Short: 5 * time.Minute,
			},
			Target: sla.MustTarget("99.9%"),
			Long:   sla.Counts{Good: 980, Bad: 20},
			Short:  sla.Counts{Good: 90, Bad: 10},
		},
	}
	fmt.Println(alert)
	// Output: shop/available (svc.shop): page: page-fast fires: burns 20 times the budget over 1h and 100 times the budget over 5m, above 14.4
}
