/**
 * A data centre in software: a fat tree, its traffic, the telemetry its switches would report, and
 * the truth to compare a collector's answers with.
 *
 * <p>Packages build on each other in one direction: {@code topology}, {@code traffic} and {@code
 * routing} say what happens in the network; {@code telemetry} turns it into DTA reports; {@code
 * send} brings them to a translator as datagrams; {@link io.dta.fattree.FatTreeRun} runs all of it
 * and keeps the truth; {@code verify} judges what a collector answers.
 */
package io.dta.fattree;
