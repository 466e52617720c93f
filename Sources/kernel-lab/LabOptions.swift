import ArgumentParser

/// What every command that boots kernels takes.
struct LabOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where kernels and builds are kept.", valueName: "directory"))
    var cache = Files.inProject(".build/kernel-lab")
    @Option(help: ArgumentHelp("Where the guest's scripts and C sources are.", valueName: "directory"))
    var sources = Files.inProject("tools/lab")
    @Option(help: "kvm or tcg; without it a short boot decides.")
    var acceleration: Acceleration?
    @Option(help: "So many guests at the same time.")
    var machines = 2
    @Flag(help: "Ask the archive for a newer kernel even if one is kept.")
    var fresh = false
    @Flag(help: "Do not say what is being done.")
    var quiet = false

    mutating func validate() throws {
        guard (1...64).contains(machines) else { throw ValidationError("--machines takes 1 to 64") }
        cache = Files.absolute(cache)
        sources = Files.absolute(sources)
    }

    var progress: Progress { Progress(isShown: !quiet) }
}

extension Acceleration: ExpressibleByArgument {}
