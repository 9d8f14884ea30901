package armsim

func (g *groupCheck) checkSubnets() *failure { return nil }
