package io.dta.experiment;

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
          .importPackages("io.dta.experiment");

  @Test
  void shouldNotKnowWhoStartsIt() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.dta.cli..", "io.dta.benchmarks..", "picocli..")
        .check(classes);
  }

  @Test
  void shouldMeetTheProductInTheRigOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.dta.experiment.rig")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.dta.rdma.local..", "io.dta.collector..")
        .because("an experiment says what is written and asked, the rig how")
        .check(classes);
  }

  @Test
  void shouldKeepStatisticsAndPagesToThemselves() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("statistics")
        .definedBy("io.dta.experiment.statistics")
        .layer("page")
        .definedBy("io.dta.experiment.page")
        .layer("catalog")
        .definedBy("io.dta.experiment.catalog")
        .whereLayer("catalog")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("page")
        .mayOnlyBeAccessedByLayers("catalog")
        .check(classes);
  }
}
