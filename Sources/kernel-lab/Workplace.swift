/// Everything that booting a kernel of a series takes, ready.
struct Workplace: Sendable {
    let tree: KernelTree
    let build: ModuleBuild
    let machine: MachineDescription
    /// Where guests and builds have their files.
    let directory: String

    /// Fetches, builds and tries what is needed.
    static func prepare(
        _ series: KernelSeries, options: LabOptions, progress: Progress
    ) async throws(LabError) -> Workplace {
        let tree = try await KernelTree.get(series, cache: options.cache, isFresh: options.fresh, progress: progress)
        // A directory for each run, so that two at the same time do not meet.
        let place = series.needsOwnCompiler ? tree.root : options.cache
        let directory = "\(place)/work/\(series.name)-\(Processes.own)"
        Self.removeAbandoned("\(place)/work")
        try Files.makeDirectory(directory)
        let build = ModuleBuild(tree: tree, sources: options.sources, directory: directory)
        progress.say("kernel \(tree.release) (\(tree.version)): building the guest")
        let initramfs = try await Initramfs(tree: tree, sources: options.sources, coreModule: try await build.core())
            .build(in: directory)
        let acceleration = await Accelerator(cache: options.cache, tree: tree, initramfs: initramfs, progress: progress)
            .choose(options.acceleration)
        return Workplace(
            tree: tree, build: build,
            machine: MachineDescription(tree: tree, initramfs: initramfs, acceleration: acceleration),
            directory: directory)
    }

    /// Takes away the directories of labs that were killed; their names end with the numbers of the processes.
    private static func removeAbandoned(_ place: String) {
        for name in Files.names(in: place) {
            guard let number = name.split(separator: "-").last.flatMap({ Int32($0) }) else { continue }
            if !Processes.isAlive(number) || number == Processes.own { Files.remove("\(place)/\(name)") }
        }
    }

    /// Takes its files away.
    func remove() { Files.remove(directory) }
}
