/// Debian packages of suites that this machine need not use itself, through a private configuration of apt.
///
/// The archives are those of the machine's own sources; only the suite's name is another. Nothing of the system's
/// configuration is changed, and nothing is installed.
struct PackageArchive {
    let directory: String

    private static let advice = """
        Check that this machine's apt sources name a Debian archive ('apt-get update' works) and that it can be reached; \
        kernels that were fetched once are kept and need no network.
        """

    /// Reads the lists of packages of the suites.
    ///
    /// - Throws: `LabError` if the machine has no Debian archive, or none of the suites can be read.
    static func opened(
        _ suites: [String], below directory: String, _ progress: Progress
    ) async throws(LabError) -> PackageArchive {
        let archive = PackageArchive(directory: directory)
        try Files.makeDirectory("\(directory)/lists/partial")
        try Files.makeDirectory("\(directory)/cache/archives/partial")
        let own = AptSources.ofMachine()
        let entries = suites.compactMap { own.entry(for: $0) }
        guard !entries.isEmpty else {
            throw LabError(
                "this machine's apt sources name no Debian archive for \(suites.joined(separator: ", "))",
                advice: advice)
        }
        try Files.write(entries.joined(separator: "\n"), to: "\(directory)/lab.sources")
        let result = try await archive.apt("apt-get", ["update"])
        guard result.isSuccess || Files.names(in: "\(directory)/lists").contains(where: { $0.contains("_Packages") })
        else {
            throw LabError("the lists of packages cannot be read:\n\(result.lastLines())", advice: advice)
        }
        if !result.isSuccess || result.errors.contains("W: Failed to fetch") {
            progress.say(
                "the lists of packages are old ones, for the archive cannot be reached:\n\(result.lastLines(3))")
        }
        return archive
    }

    /// Names of packages that match the expression, with all their versions, newest first.
    func versions(matching expression: String) async throws(LabError) -> [(package: String, version: String)] {
        let found = try await apt("apt-cache", ["search", "--names-only", expression]).output
        let names = found.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) }
        guard !names.isEmpty else { return [] }
        let table = try await apt("apt-cache", ["madison"] + names).output
        var result: [(package: String, version: String)] = []
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: "|").map { $0.trimmed }
            if fields.count >= 2 { result.append((fields[0], fields[1])) }
        }
        var sorted: [(package: String, version: String)] = []
        for entry in result {
            var place = 0
            while place < sorted.count, try await Self.isOlder(entry.version, than: sorted[place].version) {
                place += 1
            }
            sorted.insert(entry, at: place)
        }
        return sorted
    }

    private static func isOlder(_ version: String, than other: String) async throws(LabError) -> Bool {
        try await Program.run("dpkg", ["--compare-versions", version, "lt", other]).isSuccess
    }

    /// The packages that a package depends on, the first of each group of alternatives.
    func dependencies(of package: String, _ version: String) async throws(LabError) -> [String] {
        let text = try await apt("apt-cache", ["show", "\(package)=\(version)"]).output
        let line = text.split(separator: "\n").first { $0.hasPrefix("Depends:") } ?? ""
        return line.dropFirst("Depends:".count).split(separator: ",").compactMap { group in
            group.split(separator: "|").first?.trimmed.split(separator: " ").first.map(String.init)
        }
    }

    /// The packages with all that they need on a machine where nothing is installed.
    func closure(of packages: [String]) async throws(LabError) -> [String] {
        let status = "\(directory)/status"
        try Files.write("", to: status)
        let options = ["-o", "Dir::State::status=\(status)", "--no-install-recommends", "--simulate", "install"]
        let result = try await apt("apt-get", options + packages)
        let names = result.output.split(separator: "\n").filter { $0.hasPrefix("Inst ") }
            .compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
        guard result.isSuccess, !names.isEmpty else {
            throw LabError(
                "\(packages.joined(separator: ", ")) cannot be had:\n\(result.lastLines())", advice: Self.advice)
        }
        return names
    }

    /// Fetches packages (`name` or `name=version`) into the directory and returns the files' paths.
    ///
    /// - Throws: `LabError` if one is gone, or there is no room.
    func download(_ packages: [String], into target: String) async throws(LabError) -> [String] {
        try Files.makeDirectory(target)
        let result = try await apt("apt-get", ["download"] + packages, in: target)
        guard result.isSuccess else {
            throw LabError(
                "\(packages.joined(separator: ", ")) cannot be fetched:\n\(result.lastLines())", advice: Self.advice)
        }
        return Files.names(in: target).filter { $0.hasSuffix(".deb") }.map { "\(target)/\($0)" }
    }

    private func apt(
        _ program: String, _ arguments: [String], in target: String? = nil
    ) async throws(LabError) -> Program.Result {
        let options = [
            "Dir::Etc::sourcelist=\(directory)/lab.sources", "Dir::Etc::sourceparts=/dev/null",
            "Dir::State::Lists=\(directory)/lists", "Dir::Cache=\(directory)/cache", "APT::Sandbox::User=root",
            "APT::Architecture=amd64",
        ]
        return try await Program.run(program, options.flatMap { ["-o", $0] } + arguments, in: target)
    }
}

extension Substring {
    var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(String(drop(while: isBlank).reversed()).drop(while: isBlank).reversed())
    }
}
