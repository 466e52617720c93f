/// Everything that booting a kernel of a series takes, ready.
struct Workplace: Sendable {
    let tree: KernelTree
    let build: ModuleBuild
    let machine: MachineDescription
    /// Where guests and builds have their files.
    let directory: String
    /// While they are held others keep off the directory and the kernel.
    private let locks: [FileLock]

    /// Fetches, builds and tries what is needed.
    static func prepare(
        _ series: KernelSeries, options: LabOptions, progress: Progress
    ) async throws(LabError) -> Workplace {
        let (tree, treeLock) = try await KernelTree.get(
            series, cache: options.cache, isFresh: options.fresh, progress: progress)
        // A directory for each run, so that two at the same time do not meet.
        let place = (series.needsOwnCompiler ? tree.root : options.cache) + "/work"
        try Files.makeDirectory(place)
        Self.removeAbandoned(place)
        let directory = "\(place)/\(Self.prefix)\(series.name)-\(Processes.own)"
        let lock = try FileLock(at: directory + Self.suffix)
        guard lock.take(.exclusive) else {
            throw LabError("\(directory) is in use", advice: "Name another directory with --cache.")
        }
        Files.remove(directory)
        try Files.makeDirectory(directory)
        let build = ModuleBuild(tree: tree, sources: options.sources, directory: directory)
        progress.say("kernel \(tree.release) (\(tree.version)): building the guest")
        let initramfs = try await Initramfs(tree: tree, sources: options.sources, coreModule: try await build.core())
            .build(in: directory)
        let acceleration = await Accelerator(
            cache: options.cache, directory: directory, isFresh: options.fresh, tree: tree, initramfs: initramfs,
            progress: progress
        ).choose(options.acceleration)
        return Workplace(
            tree: tree, build: build,
            machine: MachineDescription(tree: tree, initramfs: initramfs, acceleration: acceleration),
            directory: directory, locks: [lock, treeLock].compactMap { $0 })
    }

    private static let prefix = "lab-"
    private static let suffix = ".lock"

    /// Takes away the directories of labs that were killed: nobody holds the lock beside them.
    static func removeAbandoned(_ place: String) {
        for name in Files.names(in: place) where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
            let path = "\(place)/\(name)"
            guard let lock = try? FileLock(at: path), lock.take(.exclusive) else { continue }
            Files.remove(String(path.dropLast(suffix.count)))
            Files.remove(path)
        }
    }

    /// Takes its files away.
    func remove() {
        Files.remove(directory)
        Files.remove(directory + Self.suffix)
    }
}
