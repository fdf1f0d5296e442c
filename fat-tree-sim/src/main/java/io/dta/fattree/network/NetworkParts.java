package io.dta.fattree.network;

import io.dta.fattree.event.EventQueue;
import io.dta.fattree.failure.LinkState;
import io.dta.fattree.routing.UpDownRoutes;
import io.dta.fattree.topology.Wiring;

/** What the parts of a network share. */
record NetworkParts(
    NetworkConfig config,
    EventQueue events,
    Wiring wiring,
    UpDownRoutes routes,
    LinkState state,
    Links links,
    PacketPool packets,
    ActiveFlows flows,
    NetworkObserver observer) {}
