package io.tidemark.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.targetOwner;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.tidemark.environment.Pure;
import io.tidemark.environment.thread.OwnedThreads;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What may use what, over the classes of every module that a broker is made of. */
class ArchitectureTest {

    /** All but the testkit, which simulates what pure code is kept from. */
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(location -> !location.contains("/io/tidemark/testkit/"))
                    .importPackages("io.tidemark");

    private static final DescribedPredicate<JavaClass> PURE =
            describe("in a pure package", type -> type.getPackage().isAnnotatedWith(Pure.class));

    /** What decides may use: values, text and numbers, and the world as it is handed in. */
    private static final DescribedPredicate<JavaClass> FIT_FOR_PURE_PACKAGES =
            resideInAnyPackage(
                            "java.lang",
                            "java.lang.annotation",
                            "java.lang.invoke",
                            "java.lang.runtime",
                            "java.math",
                            "java.nio",
                            "java.nio.charset",
                            "java.time..",
                            "java.util",
                            "java.util.concurrent.atomic",
                            "java.util.function",
                            "java.util.random",
                            "java.util.regex",
                            "java.util.stream",
                            "java.util.zip",
                            "com.fasterxml.jackson.annotation",
                            "com.google.re2j",
                            "io.netty.buffer",
                            "org.apache.kafka.common.message..",
                            "org.apache.kafka.common.protocol..",
                            "org.apache.kafka.common.utils..",
                            "org.jspecify.annotations",
                            "org.slf4j..",
                            "tools.jackson.core..",
                            "io.tidemark.protocol",
                            "io.tidemark.protocol.record",
                            "io.tidemark.metadata.json")
                    .and(not(describe("of threads", ArchitectureTest::isOfThreads)))
                    .or(describe("named one by one", ArchitectureTest::isNamedAsFit))
                    .or(describe("primitive", type -> isPrimitive(type.getBaseComponentType())))
                    .or(PURE);

    private static final Set<String> THREADS =
            Set.of(
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.Runtime",
                    "java.lang.Thread",
                    "java.util.Timer");

    /** Of CompletableFuture: what runs on a thread that nobody handed in. */
    private static final Set<String> POOLED =
            Set.of(
                    "completeOnTimeout",
                    "delayedExecutor",
                    "orTimeout",
                    "runAsync",
                    "supplyAsync",
                    "thenAcceptAsync",
                    "thenApplyAsync",
                    "thenComposeAsync",
                    "thenRunAsync",
                    "whenCompleteAsync");

    private static final Set<String> NAMED_AS_FIT =
            Set.of(
                    "java.io.EOFException",
                    "java.io.IOException",
                    "java.io.UncheckedIOException",
                    "java.util.concurrent.CompletableFuture",
                    "java.util.concurrent.CompletionException",
                    "java.util.concurrent.CompletionStage",
                    "java.util.concurrent.ConcurrentHashMap",
                    "java.util.concurrent.ConcurrentLinkedQueue",
                    "java.util.concurrent.ConcurrentMap",
                    "java.util.concurrent.TimeUnit",
                    "org.apache.kafka.common.Uuid",
                    "io.tidemark.environment.Clock",
                    "io.tidemark.environment.Disk",
                    "io.tidemark.environment.DiskFile",
                    "io.tidemark.environment.DiskFullException",
                    "io.tidemark.environment.Entropy",
                    "io.tidemark.environment.MissingFile",
                    "io.tidemark.environment.Pure",
                    "io.tidemark.environment.Timers",
                    "io.tidemark.protocol.transport.DecodeAllowance",
                    "io.tidemark.protocol.transport.MessageReader",
                    "io.tidemark.metadata.control.ControlPlane",
                    "io.tidemark.metadata.control.NodeReports",
                    "io.tidemark.metadata.control.NodeVitals",
                    "io.tidemark.gateway.error.ApiError",
                    "io.tidemark.gateway.error.ApiErrorException",
                    "io.tidemark.gateway.limit.ReadBudget");

    private static boolean isOfThreads(JavaClass type) {
        return THREADS.contains(outermost(type));
    }

    private static boolean isNamedAsFit(JavaClass type) {
        return NAMED_AS_FIT.contains(outermost(type));
    }

    private static String outermost(JavaClass type) {
        return type.getBaseComponentType().getName().replaceAll("\\$.*", "");
    }

    private static boolean isPrimitive(JavaClass type) {
        return type.isPrimitive();
    }

    private static final Set<String> CLOCKS_AND_CHANCE =
            Set.of(
                    "java.time.Instant.now",
                    "java.time.LocalDateTime.now",
                    "java.time.ZonedDateTime.now",
                    "java.lang.System.currentTimeMillis",
                    "java.lang.System.nanoTime",
                    "java.lang.Math.random",
                    "java.util.UUID.randomUUID",
                    "java.util.concurrent.ThreadLocalRandom.current",
                    "java.lang.Thread.sleep");

    private static final DescribedPredicate<JavaAccess<?>> A_CLOCK_OR_CHANCE =
            describe(
                    "a clock or a source of chance",
                    access ->
                            CLOCKS_AND_CHANCE.contains(
                                    access.getTargetOwner().getName() + "." + access.getName()));

    private static final DescribedPredicate<JavaClass> KAFKAS_OWN =
            resideInAPackage("org.apache.kafka..")
                    .and(not(resideInAPackage("org.apache.kafka.common.message..")))
                    .and(
                            not(
                                    describe(
                                            "Uuid or ApiMessage",
                                            type ->
                                                    type.getName()
                                                                    .equals(
                                                                            "org.apache.kafka.common.Uuid")
                                                            || type.getName()
                                                                    .equals(
                                                                            "org.apache.kafka.common.protocol.ApiMessage"))));

    @Test
    void shouldKnowThePurePackages() {
        Set<String> pure =
                CLASSES.stream()
                        .filter(PURE)
                        .map(JavaClass::getPackageName)
                        .collect(Collectors.toSet());
        assertThat(pure)
                .contains(
                        "io.tidemark.partition.log",
                        "io.tidemark.partition.replica",
                        "io.tidemark.coordinator.metadata",
                        "io.tidemark.metadata.image",
                        "io.tidemark.gateway.group.member");
    }

    @Test
    void shouldReachFromPurePackagesOnlyWhatIsAsPure() {
        ArchRule rule =
                classes().that(PURE).should().onlyDependOnClassesThat(FIT_FOR_PURE_PACKAGES);
        rule.check(CLASSES);
    }

    @Test
    void shouldRunNothingElsewhereFromPurePackages() {
        ArchRule rule =
                noClasses()
                        .that(PURE)
                        .should()
                        .accessTargetWhere(
                                describe(
                                        "a pool of the JDK's own",
                                        access ->
                                                access.getTargetOwner()
                                                                .getName()
                                                                .equals(
                                                                        "java.util.concurrent.CompletableFuture")
                                                        && POOLED.contains(access.getName())));
        rule.check(CLASSES);
    }

    @Test
    void shouldTellPurePackagesTheTime() {
        ArchRule rule = noClasses().that(PURE).should().accessTargetWhere(A_CLOCK_OR_CHANCE);
        rule.check(CLASSES);
    }

    @Test
    void shouldTellTheLibrariesTheTime() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage("io.tidemark.protocol..", "io.tidemark.metadata..")
                        .should()
                        .accessTargetWhere(A_CLOCK_OR_CHANCE);
        rule.check(CLASSES);
    }

    @Test
    void shouldFormNoCyclesOfPackages() {
        ArchRule rule = slices().matching("io.tidemark.(**)").should().beFreeOfCycles();
        rule.check(CLASSES);
    }

    /** They are brought events, and say what these come to (ADR 197). */
    @Test
    void shouldKeepAPartitionsPartsFromCallingItBack() {
        ArchRule rule =
                noClasses()
                        .that()
                        .haveNameMatching(
                                "io\\.tidemark\\.partition\\.serving\\.(LeaderSide|FollowerSide"
                                        + "|Mending|DamageRepair|StoredLog|Admission|Parts)(\\$.*)?")
                        .should()
                        .dependOnClassesThat()
                        .haveFullyQualifiedName("io.tidemark.partition.serving.Partition");
        rule.check(CLASSES);
    }

    /** Each knows those before it; threads are made by the last alone. */
    @Test
    void shouldLayTheRoomsOfANodeOnTopOfEachOther() {
        String partition = "io.tidemark.partition.";
        ArchRule rule =
                layeredArchitecture()
                        .consideringOnlyDependenciesInLayers()
                        .layer("serving")
                        .definedBy(partition + "serving")
                        .layer("membership")
                        .definedBy(partition + "membership")
                        .layer("repair")
                        .definedBy(partition + "repair")
                        .layer("placement")
                        .definedBy(partition + "placement")
                        .layer("runtime")
                        .definedBy(partition + "runtime")
                        .whereLayer("membership")
                        .mayOnlyBeAccessedByLayers("repair", "placement", "runtime")
                        .whereLayer("repair")
                        .mayOnlyBeAccessedByLayers("placement", "runtime")
                        .whereLayer("placement")
                        .mayOnlyBeAccessedByLayers("runtime")
                        .whereLayer("runtime")
                        .mayNotBeAccessedByAnyLayer();
        rule.check(CLASSES);
    }

    @Test
    void shouldMakeThreadsOfANodeInItsRuntimeAlone() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "io.tidemark.partition.serving",
                                "io.tidemark.partition.membership",
                                "io.tidemark.partition.repair",
                                "io.tidemark.partition.placement")
                        .should()
                        .dependOnClassesThat()
                        .belongToAnyOf(Executors.class, OwnedThreads.class);
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepNoStaticState() {
        ArchRule rule =
                fields().that()
                        .areStatic()
                        .and(
                                describe(
                                        "are written by people",
                                        field -> !field.getName().startsWith("$")))
                        .should()
                        .beFinal()
                        .andShould()
                        .notHaveRawType(
                                describe(
                                        "a type made to be changed",
                                        type ->
                                                type.getPackageName()
                                                                .equals(
                                                                        "java.util.concurrent.atomic")
                                                        || type.isAssignableTo(
                                                                "java.util.concurrent.ConcurrentMap")
                                                        || type.isAssignableTo("java.util.HashMap")
                                                        || type.isAssignableTo("java.util.HashSet")
                                                        || type.isAssignableTo(
                                                                "java.util.ArrayList")));
        rule.check(CLASSES);
    }

    @Test
    void shouldNeverBlockInTheGateway() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAPackage("io.tidemark.gateway..")
                        .should()
                        .accessTargetWhere(
                                targetOwner(
                                                describe(
                                                        "Mono, Flux",
                                                        type ->
                                                                type.getPackageName()
                                                                        .equals(
                                                                                "reactor.core.publisher")))
                                        .and(
                                                target(
                                                        describe(
                                                                "block",
                                                                member ->
                                                                        member.getName()
                                                                                        .startsWith(
                                                                                                "block")
                                                                                || member.getName()
                                                                                        .equals(
                                                                                                "toIterable")
                                                                                || member.getName()
                                                                                        .equals(
                                                                                                "toStream")))));
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepKafkasOwnClassesInTheProtocolModule() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackage("io.tidemark.protocol..")
                        .should()
                        .dependOnClassesThat(KAFKAS_OWN);
        rule.check(CLASSES);
    }

    @Test
    void shouldUseNothingOfKafkasServer() {
        ArchRule rule =
                noClasses()
                        .should()
                        .dependOnClassesThat(
                                resideInAnyPackage(
                                        "kafka..",
                                        "scala..",
                                        "org.apache.kafka.server..",
                                        "org.apache.kafka.storage..",
                                        "org.apache.kafka.raft..",
                                        "org.apache.kafka.image..",
                                        "org.apache.kafka.metadata..",
                                        "org.apache.kafka.controller..",
                                        "org.apache.kafka.coordinator..",
                                        "org.apache.kafka.tools.."));
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepRatisBehindTheQuorum() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideOutsideOfPackage("io.tidemark.coordinator..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.apache.ratis..");
        rule.check(CLASSES);
    }

    @Test
    void shouldKeepSpringOutOfTheLibraries() {
        ArchRule rule =
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                "io.tidemark.environment..",
                                "io.tidemark.protocol..",
                                "io.tidemark.metadata..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.springframework..");
        rule.check(CLASSES);
    }

    @Test
    void shouldLetServicesMeetOnlyOverTheWire() {
        ArchRule rule =
                slices().matching("io.tidemark.(partition|coordinator|gateway)..")
                        .should()
                        .notDependOnEachOther();
        rule.check(CLASSES);
    }

    /** They meet in the state alone: another type of group is one more of them. */
    @Test
    void shouldKeepTypesOfGroupsApart() {
        String groups = "io.tidemark.coordinator.group";
        ArchRule apart =
                slices().matching(groups + ".(classic|consumer|offset)..")
                        .should()
                        .notDependOnEachOther();
        ArchRule below =
                noClasses()
                        .that()
                        .resideInAnyPackage(
                                groups,
                                groups + ".classic",
                                groups + ".consumer",
                                groups + ".offset")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(groups + ".table");
        apart.check(CLASSES);
        below.check(CLASSES);
    }

    @Test
    void shouldChangeGroupsInOneWay() {
        String groups = "io.tidemark.coordinator.group.";
        ArchRule log =
                noClasses()
                        .that()
                        .doNotHaveSimpleName("GroupRuntime")
                        .should()
                        .callMethod(groups + "ChangeLog", "append", "java.util.List");
        ArchRule state =
                noClasses()
                        .that()
                        .doNotHaveSimpleName("GroupRuntime")
                        .and()
                        .doNotHaveSimpleName("MetadataReplica")
                        .should()
                        .callMethod(groups + "GroupStates", "apply", "java.util.List");
        log.check(CLASSES);
        state.check(CLASSES);
    }

    @Test
    void shouldNameClassesByWhatTheyAre() {
        ArchRule rule =
                classes()
                        .should()
                        .haveNameNotMatching(".*(Helper|Helpers|Util|Utils|Impl)(\\$.*)?")
                        .andShould()
                        .resideOutsideOfPackages(
                                "..util..", "..common..", "..helper..", "..impl..");
        rule.check(CLASSES);
    }
}
