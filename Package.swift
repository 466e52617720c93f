// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "klp-verify",
    products: [
        .executable(name: "klp-verify", targets: ["klp-verify"]),
        .executable(name: "mutants", targets: ["mutants"]),
        .executable(name: "kernel-lab", targets: ["kernel-lab"]),
        .executable(name: "trace-bench", targets: ["trace-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // C libraries of the system.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        // What was seen: bytes, records, one ordered timeline per boot.
        .target(name: "ByteScan", dependencies: ["CZstd", "CZlib"]),
        .target(name: "KernelLog", dependencies: ["ByteScan"]),
        .target(name: "Ftrace", dependencies: ["ByteScan", "CZlib", "CZstd"]),
        .target(name: "Timeline", dependencies: ["ByteScan", "KernelLog"]),

        // Files for tests and measurements of the reader of traces; tools/bench.
        .target(name: "TraceSynthesis", dependencies: ["CZlib", "CZstd", "Ftrace"]),
        .executableTarget(name: "trace-bench", dependencies: ["Ftrace", "TraceSynthesis"]),

        // What livepatch is: its vocabulary, its message catalogue, its executable model.
        .target(name: "Livepatch"),
        .target(name: "ReferenceEngine", dependencies: ["Livepatch"]),
        .target(
            name: "Scenarios",
            dependencies: ["Livepatch", .product(name: "Yams", package: "Yams")]
        ),

        // What a kernel would do with a scenario.
        .target(name: "Simulation", dependencies: ["Livepatch", "ReferenceEngine", "Scenarios"]),

        // Everything that the steps of a scenario can come to, and what must hold all the while.
        .target(name: "Exploration", dependencies: ["Livepatch", "ReferenceEngine", "Scenarios", "Simulation"]),

        // Where the two differ: critical sections, candidate operations, findings, verdicts.
        .target(name: "Reconstruction", dependencies: ["Livepatch", "Timeline"]),
        .target(
            name: "LivepatchTrace",
            dependencies: ["ByteScan", "Ftrace", "KernelLog", "Livepatch", "Reconstruction", "Timeline"]
        ),
        .target(
            name: "Conformance",
            dependencies: ["Ftrace", "Livepatch", "LivepatchTrace", "ReferenceEngine", "Reconstruction", "Timeline"]
        ),

        // Cases on disk: scenarios, predictions, recorded runs.
        .target(
            name: "GoldenCases",
            dependencies: [
                "ByteScan", "Conformance", "KernelLog", "Livepatch", "Reconstruction", "ReferenceEngine", "Scenarios",
                "Simulation", "Timeline",
            ]
        ),

        // What a person sees.
        .target(
            name: "Reports",
            dependencies: [
                "ByteScan", "Conformance", "Exploration", "Ftrace", "GoldenCases", "KernelLog", "Livepatch",
                "LivepatchTrace",
                "Reconstruction", "ReferenceEngine", "Scenarios", "Simulation", "Timeline",
            ]
        ),
        .executableTarget(
            name: "klp-verify",
            dependencies: [
                "ByteScan", "Conformance", "Exploration", "GoldenCases", "KernelLog", "Livepatch", "LivepatchTrace",
                "Reports", "Scenarios", "Simulation", "Timeline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),

        // Whether the checker finds what is wrong: every small edit of the recorded runs in Golden.
        .executableTarget(
            name: "mutants",
            dependencies: [
                "ByteScan", "Conformance", "GoldenCases", "Livepatch", "Reconstruction", "ReferenceEngine", "Scenarios",
                "Timeline", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),

        // A scenario for a real kernel: the modules, the guest's steps, what came back; random scenarios.
        .target(
            name: "Laboratory", dependencies: ["Livepatch", "ReferenceEngine", "Scenarios", "Simulation"]
        ),
        .executableTarget(
            name: "kernel-lab",
            dependencies: [
                "GoldenCases", "KernelLog", "Laboratory", "Livepatch", "Reports", "Scenarios", "Simulation", "Timeline",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Subprocess", package: "swift-subprocess"),
            ]
        ),

        // Tests, and what several of them need.
        .target(name: "TestSupport", dependencies: ["ByteScan", "CZstd", "CZlib"], path: "Tests/TestSupport"),
        .testTarget(name: "ByteScanTests", dependencies: ["ByteScan", "TestSupport"]),
        .testTarget(name: "KernelLogTests", dependencies: ["KernelLog", "ByteScan", "TestSupport"]),
        .testTarget(
            name: "FtraceTests", dependencies: ["ByteScan", "Ftrace", "KernelLog", "TestSupport", "TraceSynthesis"],
            exclude: ["Seeds", "TextSeeds", "Traces"]),
        .testTarget(
            name: "LivepatchTraceTests",
            dependencies: [
                "ByteScan", "Conformance", "Ftrace", "KernelLog", "Livepatch", "LivepatchTrace", "Reports",
                "TestSupport", "Timeline",
            ],
            exclude: ["Recordings", "HandWritten"]),
        .testTarget(name: "LivepatchTests", dependencies: ["Livepatch", "TestSupport"]),
        .testTarget(name: "ReferenceEngineTests", dependencies: ["ByteScan", "ReferenceEngine", "Livepatch"]),
        .testTarget(
            name: "ReconstructionTests",
            dependencies: ["KernelLog", "Livepatch", "Reconstruction", "ReferenceEngine", "TestSupport", "Timeline"]),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Conformance", "KernelLog", "ByteScan", "Livepatch", "LivepatchTrace", "Reconstruction", "Scenarios",
                "TestSupport", "Timeline",
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(name: "TimelineTests", dependencies: ["ByteScan", "KernelLog", "Timeline"]),
        .testTarget(
            name: "ReportsTests",
            dependencies: [
                "ByteScan", "Conformance", "GoldenCases", "KernelLog", "Livepatch", "Reports", "Scenarios",
                "Simulation", "TestSupport", "Timeline",
            ],
            exclude: ["Snapshots"]
        ),
        .testTarget(
            name: "ScenariosTests",
            dependencies: ["Livepatch", "Scenarios", "TestSupport"]
        ),
        .testTarget(
            name: "SimulationTests", dependencies: ["Livepatch", "ReferenceEngine", "Scenarios", "Simulation"]),
        .testTarget(
            name: "ExplorationTests",
            dependencies: ["Exploration", "Livepatch", "ReferenceEngine", "Scenarios", "Simulation", "TestSupport"]),
        .testTarget(
            name: "GoldenCasesTests",
            dependencies: [
                "ByteScan", "Conformance", "GoldenCases", "Livepatch", "Reports", "Scenarios", "Simulation",
                "TestSupport", "Timeline", "klp-verify",
            ]
        ),
        .testTarget(
            name: "LaboratoryTests",
            dependencies: [
                "Conformance", "Laboratory", "Livepatch", "ReferenceEngine", "Reports", "Scenarios", "Simulation",
                "TestSupport", "Timeline",
            ]),
        .testTarget(
            name: "KernelLabTests",
            dependencies: ["GoldenCases", "kernel-lab", "Laboratory", "Scenarios", "Simulation", "TestSupport"]),
        .testTarget(name: "RecorderTests", dependencies: ["TestSupport"]),
        .testTarget(
            name: "MutantsTests", dependencies: ["mutants", "GoldenCases", "Livepatch", "ReferenceEngine"]),
    ],
    swiftLanguageModes: [.v6]
)

// Targets for libFuzzer, which needs instrumented dependencies: only tools/fuzz/run builds them.
if Context.environment["KLP_FUZZ"] != nil {
    package.targets += [
        .executableTarget(name: "fuzz-trace-file", dependencies: ["Ftrace"], path: "tools/fuzz/TraceFile"),
        .executableTarget(name: "fuzz-text-trace", dependencies: ["Ftrace"], path: "tools/fuzz/TextTrace"),
    ]
}
