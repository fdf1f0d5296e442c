package io.dta.rdma;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows between this module's packages, and out of it. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.dta.rdma");

  @Test
  void shouldUseNothingButTheJdkAgronaAndPrimitives() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.rdma..",
            "io.dta.primitives..",
            "org.agrona..",
            "java..",
            "jdk.net..",
            "com.ibm.disni..")
        .check(CLASSES);
  }

  @Test
  void shouldUseDisniInItsPackageAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.dta.rdma.disni..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.ibm.disni..")
        .check(CLASSES);
  }

  @Test
  void shouldKnowNothingOfTelemetry() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.primitives.store..",
            "io.dta.primitives.wire..",
            "io.dta.primitives.key..",
            "io.dta.primitives.hash..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTheContractFreeOfItsImplementations() {
    noClasses()
        .that()
        .resideInAnyPackage("io.dta.rdma", "io.dta.rdma.control..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.rdma.roce..",
            "io.dta.rdma.local..",
            "io.dta.rdma.provider..",
            "io.dta.rdma.requester..",
            "io.dta.rdma.verbs..",
            "io.dta.rdma.disni..",
            "io.dta.rdma.memory..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTransportsApart() {
    slices()
        .matching("io.dta.rdma.(roce|local|verbs|disni)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("io.dta.rdma.memory..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.dta.rdma.roce..",
            "io.dta.rdma.local..",
            "io.dta.rdma.provider..",
            "io.dta.rdma.verbs..",
            "io.dta.rdma.disni..",
            "io.dta.rdma.control..")
        .check(CLASSES);
    classes()
        .that()
        .resideInAPackage("io.dta.rdma.udp..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.dta.rdma.udp..", "org.agrona..", "java..", "jdk.net..")
        .check(CLASSES);
  }
}
