/**
 * The key with which NVIDIA signs the package lists of its container toolkit, as it hands it out at
 * https://nvidia.github.io/libnvidia-container/gpgkey.
 * Fingerprint C95B321B61E88C1809C4F759DDCAE044F796ECB0; a test works it out of these bytes.
 */
export const nvidiaKey = (): Uint8Array =>
  Buffer.from(
    [
      'mQINBFnNWDEBEACiX68rxIWvqH3h2GykO25oK9BAqV8fDtb6lXEbw3eKx4g87BRzM3DQBA0S0IfkQ72ovJ33H50+gVTXuu+Zme5muWk7',
      '2m3pApccZVDLqdzYlpWPruNbMC+IlWr70yo8Jw8Zr1ihbWjFvMbDJTkgqPt2djNq3xxvdiKoZlgnpLRKIpSu9iBQlNoZLHxTQKFH4219',
      'L77prRogv2QV1ckBL5lDVOERJuHo4jHE8mm9/NZ6v3m2HGuuAEZ7T9nWlPGiAIP8Pww4ZRTJcBANcI2EFKPLdfP61HTH6w0kVMkoAaGl',
      'emadTDl3ZcLpUpTFLc+ko/2uQ1qVPx9QYyoMrorS3kUmlXrhsA7FvcB09aIcb+JX6SVkcbO5A5+baCa3owwUtFBXMHM5hqpLv4P3/Gsu',
      'W6283YwLZCf53dJY4lJZePqzPGsvs/wSvhnZrFvb61i/Aqm0hjhVh7h6VNxUiE8geMcjxy29LtzajoyS0EPVxes4xZu0VbS78LQyCNHS',
      'pS7TFmtVUQmbXqDN7cpiyr9+yutr0lZOMc7NYQt0nP/3RtYkWEob6wXarVImHas1OYzlZymdO1uAnqkediS61E2vSD1OEq37/375FB/Q',
      '3AYXuNkQzDjYoJJz9wsv7Xp0bdPzQ/daLdIFNQXo5MmVIirsWM07JvbZaJhDOiJxGn0MPf11/QARAQABtEBOVklESUEgQ09SUE9SQVRJ',
      'T04gKE9wZW4gU291cmNlIFByb2plY3RzKSA8Y3VkYXRvb2xzQG52aWRpYS5jb20+iQI4BBMBCgAiBQJZzVgxAhsPBgsJCggHAwUVCgkI',
      'CwUWAgMBAAIeAQIXgAAKCRDdyuBE95bssAh6EACgUCww2sr8sOztEHKhvdCsonXuTHYbel3YlWmVDPbh4dA31xoRXlvSJptJzPi/zlTc',
      '9fkVSFGbEZbFRR4JjnwYTMLDElMh5YRMYAoPVYhWGKIO4earu32GhFuPjfr6h+0xNaQeDPIbr7bPe/AEhLSdJMzIOuAifr7UaC65A6Yl',
      'xfeaSqyt0HthYujoQ12cWxP998C5jkc0IN2tyLs/OD7HLHht+lafqDSylykx63cw7jvsV/15rqZwVwjhkcxZyrKET32MTjXF3cxn7+TG',
      'pKS8B1k4a/EI7uXnncfSoma0dAT9bZM9JZbXQmSzCPDHHuVtnQ/3uh8VyenpigTFnrb20LCy6WzJd3O9lAZXLhvwF/By3a07WLzRtTZN',
      'aUpt37Anb0js2syr3lohbmK9i3xvuqZNzhGPbqu9IV+vFgSGyTHRJUSBlHKDGiCdOOHc20MLPW1yRCXbx0F4eS9TWchYyJkJNNczD5Dn',
      'El/gsvL4NCRxa+oUyUhhJ1HpJ6YNmTsy6nAAKIC+6248o164GiavaR3z03RfaQayGHAUrBKi+PJBY7efgsZeYT8f+hyYrIC04MO8poBK',
      'S/GvSUL2QtVtj59Nq+95gIptW2mZM8KRpt2huLH+QQ8SKr1vAECbpKJOwseqKmVyxX02iaSE8ifLE+tXFE8YgS3CZjWwy5PD0LkBDQRd',
      'gpCQAQgAx1oxX9tFlv3CIva0CJ0dsZyNF7mgHPgNszccUYLu0chyWYvwiVU/OlCzivytNX56wgeBgIVV1QzeBuTkrJSgzJ+dSgfrmyg5',
      'RwIDhvH+Dcut0++6+di1LyH9gXQcYPrN3pf4yR8nlRbm6K0Vsp0Z4+br18QelURerfAkRordag26aB+MzVLvloHHu3Z6/v321uTGMdFd',
      '8CVCjovec5+EdcIAam3U/MmZe2mr2M/x6F3st30cE7umq9Bb6UCqc6L8bQcoloxR3rwFzL1u9wUBUzQlaMNmxbe0BfezkmSQeC8JN4Fk',
      'u+DtHEpS9uP5JEYNEEQ66K4mJDTMr0whBv1fKQARAQABiQNbBBgBCgAmAhsCFiEEyVsyG2HojBgJxPdZ3crgRPeW7LAFAl7oD1gFCQNG',
      'skgBKcBdIAQZAQoABgUCXYKQkAAKCRBu2RyjrBFgzZ/WB/9TuD2qzaBO7HlPDWRUTpFlvFgyDc3XyfTAC/ISeYbIcPcq5kmVHgpsMdbN',
      '9Vvmot5GuT7VWzhHc9sJCmHgL330glBtNtSRflKzlBYnbiSWxLFYZtu2BtNOk8Ylbw8qw1E6W/iFBrqAwgeZvs2VOcPU3203Mqfi1JbS',
      '+YHC/bgs6cNq0zs/WJraYxiuleclKYExxLt9tRd0058n58GAph+Ki7mRInO6kxuKpsQannSn1Ku/DiaQcSF2L2TMSo0N9zwvYEZR+hgs',
      'KVqyRKT+DkZhusHJHYGv96YHSTwo016ZhwYS9t0MLXY9/PgJysuO41Ya4Ii43D3UK1wOHTmyHZHTCRDdyuBE95bssDpwD/4jV9Pin3vA',
      'Ka4hhn5GD4e478FNKRD58Q7qF3AhVTBNPIl1m4EFX7sqI6cXUDG4BjpS70ZRWF2x51ZTiq7DLTV/gGw2okfVjoWjzQY0ebrLd4IoNs80',
      'lIHmXxa+JdwB6WupCUzKCKLcPsX/yPAmswPNGAuIMAv+PWhUUSMVtzOZldnlogGMhbJ9UD2txFGGh9WoYc2vgX9KAaKryXcC6QMabv7J',
      'JU24HEJJDgbJEvtFM5PS8QMFbXIZsYgICWpQXVChBbduXo9sD2TUDWYAniNaaw4LKxPRG+Ix4HAqkh1oNOLojO30DO3r1/62FKE5/ykg',
      '3iSMTDR0iOES/leXCCIO9fRJT8+eucxyOQoY5ti7tjt1wm3HnTB+Rz3E/E2qeLs2PN82aseccm1G06pmsMCUiWtmSV6HjdO2XufYprrG',
      'LSu0RrT3sz5WHGUOY2iO40xHhSiXg3TcLZRpv30DQzxoUrx9Ff//rXLFznh+MksuvVD2roURBGz/en31FxAcBoex9nNraeOekbFen5b7',
      'Xrq9wnzM5xZvJN2QYB3vS0khz/ZgFyy5444ALa9gwb29FZCfA4m59S2QoB8uPQGM+8gnusE6J8y4fvI59ugafidIkt86dZ3mFsEME5XN',
      'mBGdNEo2flRVFfpG1IWds2Ba3IsdbYd9nzmbBW7/n0InVRDrIg==',
    ].join(''),
    'base64',
  );
