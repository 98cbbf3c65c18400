package town

import (
	"cmp"
	"fmt"
)

// TheCustomer is the role of whoever brought the case.
const TheCustomer = "complainant"

// places are where things happen, as people name them.
var places = []string{"电梯厅", "一层大堂", "地下车库", "单元门口", "楼道", "屋面", "天井", "配电间", "垃圾房", "中心花园"}

// about gives what a customer's case is about.
func (s Scenario) about(c Customer, d Draw) Category {
	drawn := s.Categories[d.weighted(len(s.Categories), func(i int) float64 { return s.Categories[i].Weight })]
	for _, category := range s.Categories {
		if category.ID == c.Category {
			return category
		}
	}
	return drawn
}

var surnames = []string{"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙"}

// register says who takes a case in, staff or the customer by themselves, and what is written down of the
// customer whatever it is about. Staff bring every drill. M5
func (s Scenario) register(c Customer, d Draw) (Who, Fields) {
	channel := d.pick(s.Channels)
	f := Fields{
		"community": c.Community, "channel": channel, "name": surnames[d.IntN(len(surnames))] + []string{"先生", "女士"}[d.IntN(2)],
		"phone": fmt.Sprintf("1390000%04d", d.IntN(10000)),
	}
	h := s.home(d.IntN(s.Blocks), d.IntN(s.Floors), d.IntN(s.Flats))
	f["building"], f["room"] = cmp.Or(c.Building, h.Building), h.Room
	if s.Drill {
		f["drill"] = true
	}
	if !s.Drill && (channel == "website" || channel == "wechat") {
		return Who{Role: TheCustomer}, f
	}
	return Who{Role: "agent", Community: c.Community}, f
}
