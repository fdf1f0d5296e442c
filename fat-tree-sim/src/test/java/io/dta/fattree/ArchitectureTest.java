package io.dta.fattree;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.dta.fattree");

  private static final String[] OUTSIDE = {
    "io.dta.fattree.direct..",
    "io.dta.fattree.output..",
    "io.dta.fattree.scenario..",
    "io.dta.fattree.page.."
  };

  @Test
  void shouldBuildTheNetworkOnPrimitivesAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackages(OUTSIDE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.rdma..",
            "io.dta.node..",
            "io.dta.translator..",
            "io.dta.collector..",
            "io.dta.cli..",
            "io.dta.benchmarks..")
        .because("a simulated switch knows the wire, not what is behind it")
        .check(classes);
  }

  @Test
  void shouldKnowOutputsOnlyWhereScenariosAreRun() {
    noClasses()
        .that()
        .resideOutsideOfPackages(OUTSIDE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(OUTSIDE)
        .check(classes);
  }

  @Test
  void shouldWriteDirectlyByTheContractOfAQueuePair() {
    noClasses()
        .that()
        .resideInAPackage("io.dta.fattree.direct..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.rdma.roce..",
            "io.dta.rdma.local..",
            "io.dta.node..",
            "io.dta.translator..",
            "io.dta.collector..")
        .because("DART's switches work over any queue pair")
        .check(classes);
  }

  @Test
  void shouldPointOneWayFromPackageToPackage() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("topology")
        .definedBy("io.dta.fattree.topology")
        .layer("event")
        .definedBy("io.dta.fattree.event")
        .layer("workload")
        .definedBy("io.dta.fattree.workload")
        .layer("traffic")
        .definedBy("io.dta.fattree.traffic")
        .layer("failure")
        .definedBy("io.dta.fattree.failure")
        .layer("routing")
        .definedBy("io.dta.fattree.routing")
        .layer("network")
        .definedBy("io.dta.fattree.network")
        .layer("flows")
        .definedBy("io.dta.fattree.flows")
        .layer("statistics")
        .definedBy("io.dta.fattree.statistics")
        .layer("send")
        .definedBy("io.dta.fattree.send")
        .layer("telemetry")
        .definedBy("io.dta.fattree.telemetry")
        .layer("reporter")
        .definedBy("io.dta.fattree.reporter")
        .layer("witness")
        .definedBy("io.dta.fattree.witness")
        .layer("run")
        .definedBy("io.dta.fattree")
        .layer("verify")
        .definedBy("io.dta.fattree.verify")
        .whereLayer("witness")
        .mayOnlyBeAccessedByLayers("verify")
        .whereLayer("run")
        .mayOnlyBeAccessedByLayers("verify")
        .whereLayer("reporter")
        .mayOnlyBeAccessedByLayers("run", "verify")
        .whereLayer("telemetry")
        .mayOnlyBeAccessedByLayers("reporter", "witness", "run", "verify")
        .whereLayer("send")
        .mayOnlyBeAccessedByLayers("telemetry", "reporter", "witness", "run", "verify")
        .whereLayer("statistics")
        .mayOnlyBeAccessedByLayers("run", "verify")
        .whereLayer("flows")
        .mayOnlyBeAccessedByLayers("run", "verify")
        .whereLayer("network")
        .mayOnlyBeAccessedByLayers("flows", "statistics", "reporter", "witness", "run", "verify")
        .whereLayer("routing")
        .mayOnlyBeAccessedByLayers("network", "flows", "telemetry", "run", "verify")
        .whereLayer("failure")
        .mayOnlyBeAccessedByLayers("network", "run", "verify")
        .whereLayer("workload")
        .mayOnlyBeAccessedByLayers(
            "network", "flows", "statistics", "reporter", "witness", "run", "verify")
        .whereLayer("event")
        .mayOnlyBeAccessedByLayers(
            "workload", "network", "flows", "statistics", "reporter", "witness", "run", "verify")
        .whereLayer("traffic")
        .mayOnlyBeAccessedByLayers("routing", "telemetry", "run", "verify")
        .check(classes);
  }
}
