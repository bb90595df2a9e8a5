//! RSA keys: those of an application, or of Cloudflare Access.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A pair of RSA keys, made by `openssl` in a folder of its own that goes with it.
pub struct Keys {
    folder: PathBuf,
    private: PathBuf,
    public: PathBuf,
}

impl Keys {
    /// New ones; no other test of this process gives its keys that name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir();
        let folder = folder.join(format!("edge-ivr-keys-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let keys = Self {
            private: folder.join("private.pem"),
            public: folder.join("public.pem"),
            folder,
        };
        openssl(&[
            "genpkey",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
            "-out",
            keys.private.to_str().unwrap(),
        ]);
        openssl(&[
            "pkey",
            "-in",
            keys.private.to_str().unwrap(),
            "-pubout",
            "-out",
            keys.public.to_str().unwrap(),
        ]);
        keys
    }

    /// The modulus of the public one, as in a JSON Web Key.
    #[must_use]
    pub fn modulus(&self) -> String {
        let printed = openssl(&[
            "rsa",
            "-pubin",
            "-in",
            self.public.to_str().unwrap(),
            "-modulus",
            "-noout",
        ]);
        let hex = String::from_utf8(printed).unwrap();
        let hex = hex.trim().trim_start_matches("Modulus=");
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap())
            .collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Signs with RS256.
    #[must_use]
    pub fn sign(&self, text: &str) -> Vec<u8> {
        let file = self.private.with_extension("text");
        fs::write(&file, text).unwrap();
        openssl(&[
            "dgst",
            "-sha256",
            "-sign",
            self.private.to_str().unwrap(),
            file.to_str().unwrap(),
        ])
    }

    /// Whether these keys made the signature.
    #[must_use]
    pub fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let file = self.private.with_extension("text");
        let signed = self.private.with_extension("sig");
        fs::write(&file, text).unwrap();
        fs::write(&signed, signature).unwrap();
        Command::new("openssl")
            .args(["dgst", "-sha256", "-verify"])
            .arg(&self.public)
            .arg("-signature")
            .args([&signed, &file])
            .output()
            .is_ok_and(|output| output.status.success())
    }

    /// The private one as PEM.
    #[must_use]
    pub fn private_pem(&self) -> String {
        fs::read_to_string(&self.private).unwrap()
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output.stdout
}
